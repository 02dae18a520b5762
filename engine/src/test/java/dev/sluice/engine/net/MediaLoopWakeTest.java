package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Between a loop that goes to sleep and those who ring it. */
class MediaLoopWakeTest {
    private static final int RINGERS = 4;
    private static final int ROUNDS = 2_000;

    static List<String> options() {
        return Ports.options();
    }

    /** Each command waits for the one before, so that the loop falls asleep again and again, and nothing but a ring wakes it. */
    @ParameterizedTest
    @MethodSource("options")
    @Timeout(60)
    void shouldHearEveryRing(String option) throws Exception {
        MediaLoop loop = new MediaLoop(
                0,
                new SoundSleeper(Ports.open(option, "127.0.0.1")),
                0,
                new TcpDoor(),
                System::nanoTime,
                new NoEvents(),
                new DistinctErrorLog(InstantSource.system()),
                new HandshakeQueue(HandshakeQueue.STARTS_PER_SECOND));
        loop.start();
        List<Thread> ringers = new ArrayList<>();
        for (int i = 0; i < RINGERS; i++) {
            ringers.add(Thread.ofVirtual().start(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    CompletableFuture<Void> done = new CompletableFuture<>();
                    assertTrue(loop.offer((onLoop, nowNs) -> done.complete(null)));
                    done.join();
                }
            }));
        }
        for (Thread ringer : ringers) {
            ringer.join();
        }
        loop.close();
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
            fail(error);
        }
    }
}
