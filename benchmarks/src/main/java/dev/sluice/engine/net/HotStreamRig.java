package dev.sluice.engine.net;

import dev.sluice.engine.peer.LiveStream;
import dev.sluice.engine.sdp.HeaderExtensions;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;

/**
 * One stream whose players are spread over several loops, each with its thread, its port and its processor, that all read the
 * one log. Frames are published as fast as all loops have sent the last one: each loop's runs stay those of one frame. Confined
 * to one thread.
 */
public final class HotStreamRig implements AutoCloseable {

    /**
     * What a run of frames was.
     *
     * @param packets sent by all loops
     * @param wallNs time that passed
     * @param packetsPerCpuSecond for each loop, its packets by the processor time it had to spend on them
     */
    public record Outcome(long packets, long wallNs, List<Double> packetsPerCpuSecond) {}

    private final List<ExecutorService> threads = new ArrayList<>();
    private final List<PlayersLoop> loops = new ArrayList<>();
    private final FramePublisher publisher;
    private final AtomicInteger published = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private long nowNs = FanoutRig.START_NS;
    private int frames;

    /**
     * Starts the threads, connects everybody and sends the first frame. Call it in the network that the ports shall be in:
     * threads inherit it.
     *
     * @param loopCount how many the players are spread over
     * @param onThread called first on each loop's thread, with the loop's number: may pin it
     */
    public HotStreamRig(
            int loopCount,
            IntConsumer onThread,
            SrtpProvider srtp,
            SrtpProfile profile,
            InetAddress local,
            List<InetSocketAddress> addresses,
            BiFunction<String, String, byte[]> checks,
            HeaderExtensions extensions,
            List<byte[]> packets) {
        LiveStream stream = new LiveStream("s");
        for (int i = 0; i < loopCount; i++) {
            int number = i;
            int first = i * addresses.size() / loopCount;
            List<InetSocketAddress> own = addresses.subList(first, (i + 1) * addresses.size() / loopCount);
            ExecutorService thread = Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("loop-" + i).factory());
            threads.add(thread);
            loops.add(on(thread, () -> {
                onThread.accept(number);
                return new PlayersLoop("batch", srtp, profile, local, own, first, stream, checks, extensions, nowNs);
            }));
        }
        publisher = on(
                threads.getFirst(),
                () -> new FramePublisher(
                        srtp, profile, stream, checks, extensions, FanoutRig.FRAME_PACKETS, packets, nowNs));
        publisher.goLive();
        passSecond();
        forward(1);
    }

    private static <T> T on(ExecutorService thread, Callable<T> work) {
        return get(thread.submit(work));
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Lets a second pass, in which everybody reports. */
    private void passSecond() {
        for (int i = 0; i < loops.size(); i++) {
            on(threads.get(i), loops.get(i)::passSecond);
        }
        nowNs = on(threads.getFirst(), publisher::passSecond);
    }

    /** Publishes frames and sends each to all players; the first loop is the publisher's. */
    public Outcome forward(int frameCount) {
        long wallNs = 0;
        long[] packets = loops.stream().mapToLong(PlayersLoop::forwarded).toArray();
        long[] cpuNs = loops.stream().mapToLong(PlayersLoop::cpuNs).toArray();
        for (int left = frameCount; left > 0; left -= FanoutRig.FRAMES_BETWEEN_REPORTS) {
            if (frames > 0) {
                passSecond();
            }
            wallNs += forwardBetweenReports(Math.min(left, FanoutRig.FRAMES_BETWEEN_REPORTS));
        }
        long all = 0;
        List<Double> perCpuSecond = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            long own = loops.get(i).forwarded() - packets[i];
            all += own;
            perCpuSecond.add(own * 1e9 / (loops.get(i).cpuNs() - cpuNs[i]));
        }
        return new Outcome(all, wallNs, perCpuSecond);
    }

    private long forwardBetweenReports(int count) {
        long startFrameNs = nowNs;
        int first = frames;
        frames += count;
        nowNs += count * FanoutRig.FRAME_INTERVAL_NS;
        long startNs = System.nanoTime();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            int number = i;
            all.add(threads.get(i).submit(() -> work(number, first, count, startFrameNs)));
        }
        all.forEach(HotStreamRig::get);
        return System.nanoTime() - startNs;
    }

    private void work(int number, int first, int count, long startNs) {
        PlayersLoop loop = loops.get(number);
        for (int frame = first + 1; frame <= first + count; frame++) {
            long frameNs = startNs + (frame - first) * FanoutRig.FRAME_INTERVAL_NS;
            if (number == 0) {
                // All have sent the frame before.
                await(done, (frame - 1) * loops.size());
                publisher.publish(frameNs);
                published.setRelease(frame);
            } else {
                await(published, frame);
            }
            loop.forward(frameNs);
            done.incrementAndGet();
        }
    }

    private static void await(AtomicInteger counter, int value) {
        while (counter.getAcquire() < value) {
            Thread.onSpinWait();
        }
    }

    /** Fails when a packet was lost or an error was hidden. */
    public void requireAllForwarded() {
        loops.forEach(loop -> loop.requireForwarded(publisher.published()));
        publisher.requireNoLoss();
    }

    @Override
    public void close() {
        for (int i = 0; i < loops.size(); i++) {
            PlayersLoop loop = loops.get(i);
            on(threads.get(i), () -> {
                loop.close();
                return null;
            });
        }
        on(threads.getFirst(), () -> {
            publisher.close();
            return null;
        });
        threads.forEach(ExecutorService::shutdown);
    }
}
