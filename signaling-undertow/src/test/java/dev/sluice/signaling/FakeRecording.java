package dev.sluice.signaling;

import dev.sluice.engine.Recording;
import dev.sluice.engine.RecordingLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A recording of the same few bytes each time, which runs until it is ended. Safe for many threads. */
final class FakeRecording implements Recording {
    static final byte[] BYTES = "no packets, and \u2603".getBytes(StandardCharsets.UTF_8);

    final RecordingLimits limits;
    final CompletableFuture<End> ended = new CompletableFuture<>();
    private final Path file;

    FakeRecording(Path file, RecordingLimits limits) {
        this.file = file;
        this.limits = limits;
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public long bytes() {
        return BYTES.length;
    }

    @Override
    public long packets() {
        return 3;
    }

    @Override
    public long missed() {
        return 1;
    }

    @Override
    public void stop() {
        ended.complete(End.STOPPED);
    }

    @Override
    public CompletionStage<End> ended() {
        return ended;
    }
}
