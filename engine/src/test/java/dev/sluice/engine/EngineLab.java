package dev.sluice.engine;

import com.sun.management.ThreadMXBean;
import dev.sluice.engine.dtls.DtlsServer;
import dev.sluice.engine.net.MediaLoop;
import dev.sluice.engine.net.MediaLoops;
import dev.sluice.engine.peer.LogMemory;
import dev.sluice.engine.peer.Publisher;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.AbstractList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The whole engine on real sockets, for tests: its clock can be set forward, and its tables can be counted. Safe for many
 * threads.
 */
public final class EngineLab implements AutoCloseable {
    public static final InetAddress LOOPBACK = address("127.0.0.1");

    /** The same suites run over the other port with {@code -Dsluice.io=nio}. */
    private static final String IO = System.getProperty("sluice.io", "auto");

    private final AtomicLong aheadNs = new AtomicLong();
    private final LiveEngine engine;

    private EngineLab(EngineConfig config) {
        try {
            engine = new LiveEngine(config, () -> MediaLoops.nanoTime() + aheadNs.get());
        } catch (EngineStartException e) {
            throw new AssertionError(e);
        }
    }

    /** One loop on a free port, candidates on 127.0.0.1 only, caps as by default. */
    public static EngineLab start() {
        return start(0, 5_000, 1_000);
    }

    public static EngineLab start(int maxSessions, int maxPerSource, int maxUnfinishedPerSource) {
        return start(1, IO, Duration.ofSeconds(10), maxSessions, maxPerSource, maxUnfinishedPerSource);
    }

    public static EngineLab start(int loops, Duration publisherGrace) {
        return start(loops, IO, publisherGrace, 0, 5_000, 1_000);
    }

    /** One loop over the port of this name. */
    public static EngineLab start(String io) {
        return start(1, io, Duration.ofSeconds(10), 0, 5_000, 1_000);
    }

    /** With one TCP port for all loops besides their own. */
    public static EngineLab startWithIceTcp(int loops) {
        return start(loops, IO, new InetSocketAddress(LOOPBACK, 0), Duration.ofSeconds(10), 0, 5_000, 1_000);
    }

    private static EngineLab start(
            int loops,
            String io,
            Duration publisherGrace,
            int maxSessions,
            int maxPerSource,
            int maxUnfinishedPerSource) {
        return start(loops, io, null, publisherGrace, maxSessions, maxPerSource, maxUnfinishedPerSource);
    }

    private static EngineLab start(
            int loops,
            String io,
            InetSocketAddress iceTcp,
            Duration publisherGrace,
            int maxSessions,
            int maxPerSource,
            int maxUnfinishedPerSource) {
        return new EngineLab(new EngineConfig(
                0,
                loops,
                List.of(LOOPBACK),
                true,
                iceTcp,
                "auto",
                io,
                publisherGrace,
                LogMemory.VIDEO_BYTES,
                LogMemory.AUDIO_BYTES,
                maxSessions,
                maxPerSource,
                maxUnfinishedPerSource));
    }

    public MediaEngine engine() {
        return engine;
    }

    /** Sets the loops' clock forward; timers act within some milliseconds. */
    public void advance(Duration time) {
        aheadNs.addAndGet(time.toNanos());
    }

    public long counter(String name) {
        Long value = engine.counters().get(name);
        if (value == null) {
            throw new IllegalArgumentException("no counter " + name + " in " + engine.counters());
        }
        return value;
    }

    /** Drops for this reason. */
    public long drops(String reason) {
        return counter("drop." + reason);
    }

    /**
     * What the engine keeps now.
     *
     * @param sessions of the facade
     * @param streams entries of the directory
     * @param places of the caps that are taken
     * @param sources that the caps know
     * @param peers of the loops
     * @param addresses of the peer tables
     * @param ufrags of the peer tables
     * @param readers streams that some loop has players of
     */
    public record Tables(
            int sessions, int streams, int places, int sources, int peers, int addresses, int ufrags, int readers) {
        public static final Tables EMPTY = new Tables(0, 0, 0, 0, 0, 0, 0, 0);
    }

    public Tables tables() {
        SessionLimits limits = (SessionLimits) field(engine, "limits");
        int peers = 0;
        int addresses = 0;
        int ufrags = 0;
        int readers = 0;
        for (MediaLoop loop : ((MediaLoops) field(engine, "loops")).all()) {
            int[] ofLoop = onLoop(loop);
            peers += ofLoop[0];
            addresses += ofLoop[1];
            ufrags += ofLoop[2];
            readers += ofLoop[3];
        }
        return new Tables(
                ((Map<?, ?>) field(engine, "sessions")).size(),
                ((Map<?, ?>) field(field(engine, "directory"), "streams")).size(),
                limits.sessions(),
                limits.sources(),
                peers,
                addresses,
                ufrags,
                readers);
    }

    /** Virtual threads at work on handshakes. */
    public int handshakeThreads() {
        return ((DtlsServer) field(engine, "dtls")).threads();
    }

    /** Bytes that the threads of the loops have allocated so far. */
    public long allocatedByLoops() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = 0;
        for (MediaLoop loop : ((MediaLoops) field(engine, "loops")).all()) {
            CompletableFuture<Long> result = new CompletableFuture<>();
            if (!loop.offer((self, nowNs) -> result.complete(threads.getCurrentThreadAllocatedBytes()))) {
                throw new AssertionError("the loop takes no command");
            }
            bytes += result.orTimeout(20, TimeUnit.SECONDS).join();
        }
        return bytes;
    }

    /** Whoever takes down what this publisher knows runs out of memory. */
    public static void exhaustImagesOf(MediaSession publisher) {
        try {
            Field field = Publisher.class.getDeclaredField("negotiated");
            field.setAccessible(true);
            field.set(((Session) publisher).peer().publisher(), new AbstractList<>() {
                @Override
                public Object get(int index) {
                    throw new OutOfMemoryError("of a test");
                }

                @Override
                public int size() {
                    return 1;
                }
            });
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** Lets the loops stand still until the latch opens. */
    public void stall(CountDownLatch until) {
        for (MediaLoop loop : ((MediaLoops) field(engine, "loops")).all()) {
            boolean taken = loop.offer((self, nowNs) -> {
                try {
                    until.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            if (!taken) {
                throw new AssertionError("the loop takes no command");
            }
        }
    }

    private static int[] onLoop(MediaLoop loop) {
        CompletableFuture<int[]> result = new CompletableFuture<>();
        if (!loop.offer((self, nowNs) -> {
            try {
                result.complete(new int[] {
                    ((Collection<?>) field(self, "peers")).size(),
                    (int) call(field(self, "table"), "addressCount"),
                    (int) call(field(self, "table"), "ufragCount"),
                    ((Map<?, ?>) field(field(self, "fanout"), "groups")).size()
                });
            } catch (RuntimeException | AssertionError e) {
                result.completeExceptionally(e);
            }
        })) {
            throw new AssertionError("the loop takes no command");
        }
        return result.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static Object field(Object owner, String name) {
        try {
            Field field = owner.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field.get(owner);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object call(Object owner, String name) {
        try {
            Method method = owner.getClass().getDeclaredMethod(name);
            method.setAccessible(true);
            return method.invoke(owner);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    public static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
