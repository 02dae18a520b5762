package dev.sluice.natives.net;

/**
 * The two system calls that move many datagrams at once; a seam, behind which a test puts a kernel that answers as it
 * likes. Confined to one thread.
 */
public interface DatagramCalls extends AutoCloseable {

    /**
     * {@code recvmmsg}, without waiting.
     *
     * @param descriptor of a UDP socket
     * @param messages address of the first {@code mmsghdr}
     * @return messages received, at least 1; negative when there is none, or when an earlier send's error was told
     */
    int receive(int descriptor, long messages, int count);

    /**
     * {@code sendmmsg}, without waiting. An error is told for the first message only: behind others it shows at the next call.
     *
     * @return messages sent, at least 1, or the negative {@link Errno}
     */
    int send(int descriptor, long messages, int count);

    /** Calls into the kernel that {@link #send} made so far: two for a refused one, whose reason takes another. */
    long sendCalls();

    @Override
    void close();
}
