package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.dtls.HandshakeQueue;
import dev.sluice.engine.metrics.DistinctErrorLog;
import dev.sluice.engine.metrics.LoopCounters;
import dev.sluice.engine.peer.Peer;
import dev.sluice.engine.peer.PeerEnd;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Between a loop that goes to sleep and those who ring it. */
class MediaLoopWakeTest {
    private static final int ROUNDS = 2_000;

    static List<Arguments> options() {
        return Ports.options().stream()
                .flatMap(option -> Stream.of(Arguments.of(option, 1), Arguments.of(option, 4)))
                .toList();
    }

    /**
     * Each command waits for the one before, so that the loop falls asleep again and again, and nothing but a ring wakes it. With
     * one ringer no other makes up for a ring that is lost; with four they meet.
     */
    @ParameterizedTest
    @MethodSource("options")
    @Timeout(60)
    void shouldHearEveryRing(String option, int ringers) throws Exception {
        NoEvents events = new NoEvents();
        MediaLoop loop = new MediaLoop(
                0,
                new SoundSleeper(Ports.open(option, "127.0.0.1")),
                0,
                new TcpDoor(),
                System::nanoTime,
                events,
                new DistinctErrorLog(InstantSource.system()),
                new HandshakeQueue(HandshakeQueue.STARTS_PER_SECOND));
        loop.start();
        List<FutureTask<Integer>> ringing = new ArrayList<>();
        try {
            for (int i = 0; i < ringers; i++) {
                ringing.add(new FutureTask<>(() -> ring(loop)));
                Thread.ofVirtual().start(ringing.getLast());
            }
            for (FutureTask<Integer> each : ringing) {
                assertEquals(ROUNDS, each.get());
            }
        } finally {
            loop.close();
        }
        assertNull(events.failure);
    }

    private static int ring(MediaLoop loop) {
        int heard = 0;
        for (int round = 0; round < ROUNDS; round++) {
            CompletableFuture<Integer> done = new CompletableFuture<>();
            assertTrue(loop.offer((onLoop, nowNs) -> done.complete(1)));
            heard += done.join();
        }
        return heard;
    }

    /** Sleeps for minutes where the loop asks for a second: a ring that is lost shows. */
    private record SoundSleeper(DatagramPort real) implements DatagramPort {
        @Override
        public int port() {
            return real.port();
        }

        @Override
        public void await(long timeoutNs) {
            real.await(TimeUnit.MINUTES.toNanos(5));
        }

        @Override
        public void wakeup() {
            real.wakeup();
        }

        @Override
        public int receive(IngressBatch batch, LoopCounters counters) {
            return real.receive(batch, counters);
        }

        @Override
        public void send(EgressBatch batch, LoopCounters counters) {
            real.send(batch, counters);
        }

        @Override
        public void giveUp(int local) {
            real.giveUp(local);
        }

        @Override
        public TcpConnections tcp() {
            return real.tcp();
        }

        @Override
        public void close() {
            real.close();
        }
    }

    private static final class NoEvents implements MediaLoop.Events {
        private volatile Throwable failure;

        @Override
        public void onConnected(Peer peer) {}

        @Override
        public void onSilence(Peer peer, boolean silent) {}

        @Override
        public void onRepublished(Peer peer) {}

        @Override
        public void onEnded(Peer peer, PeerEnd end) {}

        @Override
        public void onLoopFailed(Throwable error) {
            failure = error;
        }
    }
}
