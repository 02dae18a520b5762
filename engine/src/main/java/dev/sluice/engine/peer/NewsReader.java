package dev.sluice.engine.peer;

/** Who is to know that something new is in a stream's logs. Safe for many threads. */
interface NewsReader {

    /**
     * Something is there to read. Cheap when the last time was not looked into yet.
     *
     * @param writer the loop that calls, which need not be woken; null for none
     */
    void onNews(Doorbell writer);
}
