package dev.sluice.benchmarks.floor;

import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * One path with its lanes, a profile each, on a thread of its own: a network namespace is a thread's, and so are SRTP keys.
 * All methods wait for that thread. Confined to one thread.
 */
final class Track implements AutoCloseable {
    private final int cpu;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("floor").factory());
    private final List<Lane> lanes = new ArrayList<>();
    private Network network;

    /** @param cpu the processor that everything of this path runs on */
    Track(int cpu) {
        this.cpu = cpu;
    }

    void open(
            Supplier<Network> opener,
            SrtpProvider srtp,
            List<SrtpProfile> profiles,
            String io,
            Path program,
            int pauseMs) {
        onThread(() -> {
            network = opener.get();
            Linux.pin(cpu);
            for (SrtpProfile profile : profiles) {
                lanes.add(new Lane(network, srtp, profile, io, program, cpu, pauseMs));
            }
            return null;
        });
    }

    List<Lane> lanes() {
        return lanes;
    }

    /**
     * Makes sure that the engine and C have the same libcrypto and, where packets arrive, send the same.
     *
     * @throws MissingException when they have not
     */
    void check(String library) {
        onThread(() -> {
            for (Lane lane : lanes) {
                if (!lane.floor().library().startsWith(library + " ")) {
                    throw new MissingException("one libcrypto for both is missing: C has "
                            + lane.floor().library() + ", the engine " + library);
                }
                lane.check();
            }
            return null;
        });
    }

    void warmUp() {
        onThread(() -> {
            lanes.forEach(Lane::warmUp);
            return null;
        });
    }

    void round(int number, int frames) {
        onThread(() -> {
            lanes.forEach(lane -> lane.round(number, frames));
            return null;
        });
    }

    private <T> T onThread(Callable<T> work) {
        try {
            return thread.submit(work).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException();
        }
    }

    @Override
    public void close() {
        onThread(() -> {
            lanes.forEach(Lane::close);
            if (network != null) {
                network.close();
            }
            return null;
        });
        thread.shutdown();
    }
}
