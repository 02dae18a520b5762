package dev.sluice.engine;

import java.nio.file.Path;
import java.util.concurrent.CompletionStage;

/** A session's packets on their way into a file. Safe for many threads. */
public interface Recording {

    /** Why a recording is over. */
    enum End {
        STOPPED,
        TIME_UP,
        SIZE_REACHED,
        SESSION_ENDED,
        /** The file could not be written. */
        FAILED
    }

    /** The file, readable by the server's user only. Complete when {@link #ended} is. */
    Path file();

    /** In the file so far. */
    long bytes();

    /** In the file so far. */
    long packets();

    /** Packets and other events that came faster than they could be written; the file says where. */
    long missed();

    /** Ends the recording soon. Idempotent, does not block. */
    void stop();

    /** Completes once the file is closed. */
    CompletionStage<End> ended();
}
