package dev.sluice.benchmarks.load.client;

import dev.sluice.benchmarks.load.net.KernelClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that moves all clients. What is due to be sent goes first; between, all sockets are swept, some at a time. Nobody
 * waits in a selector: the server's sends would have to wake him, and pay for it. Commands are taken from any thread.
 */
public final class Reactor implements AutoCloseable {
    /** Between the beginnings of two sweeps at least: times of arrival are the kernel's. */
    private static final long SWEEP_NS = 4_000_000L;
    /** The same for each socket, so that empty ones take at most 100,000 calls per second. */
    private static final long SOCKET_NS = 10_000L;
    /** The same for clients that join, whose every answer waits for it. */
    private static final long JOIN_SWEEP_NS = 200_000L;
    /** In a storm a sweep takes long: the handshakes shall have the most of the core. */
    private static final int JOIN_SWEEP_PART = 5;
    /** Meanwhile the others are swept so many times more rarely: what came to them waits in their sockets, with its time on it. */
    private static final int SETTLED_SWEEP_PART = 4;
    /** Sockets between two looks at what is due. */
    private static final int CHUNK = 16;
    /** Below this a sleep would end too late. */
    private static final long SPIN_NS = 30_000L;

    private static final int COMMANDS = 64;

    private final Desk desk = new Desk();
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final List<Peer> joining = new ArrayList<>();
    private final List<Peer> settled = new ArrayList<>();
    private final PriorityQueue<Publisher> due = new PriorityQueue<>(16, Comparator.comparingLong(Publisher::dueNs));
    private final Thread thread = new Thread(this::run, "load-reactor");
    private volatile boolean running = true;
    private int cursor;
    private long sweepNs = System.nanoTime();
    private long joinSweepDueNs = sweepNs;

    public Reactor() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs a command between two turns. */
    public void execute(Runnable command) {
        commands.add(command);
        LockSupport.unpark(thread);
    }

    /** Runs a command and waits for its end. */
    public void call(Runnable command) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        execute(() -> {
            try {
                command.run();
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        done.join();
    }

    /** To be called by a command. */
    void add(Peer peer) {
        joining.add(peer);
    }

    /** To be called by a command, when the client has its keys. */
    void settle(Peer peer) {
        joining.remove(peer);
        settled.add(peer);
        if (peer instanceof Publisher publisher) {
            due.add(publisher);
        }
    }

    /** To be called by a command. */
    void drop(Peer peer) {
        joining.remove(peer);
        settled.remove(peer);
        peer.close();
    }

    private void run() {
        KernelClock.preferThisThread();
        while (running) {
            long nowNs = System.nanoTime();
            runCommands();
            sendDue(nowNs);
            sweepJoining(nowNs);
            if (cursor < settled.size()) {
                sweepSome(nowNs);
            } else if (nowNs - sweepNs >= sweepEveryNs()) {
                sweepNs = nowNs;
                cursor = 0;
            } else {
                idle(nowNs);
            }
        }
        runCommands();
        joining.forEach(Peer::close);
        settled.forEach(Peer::close);
    }

    private void runCommands() {
        for (int i = 0; i < COMMANDS; i++) {
            Runnable command = commands.poll();
            if (command == null) {
                return;
            }
            command.run();
        }
    }

    private void sendDue(long nowNs) {
        Publisher publisher = due.peek();
        while (publisher != null && publisher.dueNs() - nowNs <= 0) {
            due.poll();
            publisher.send(desk, nowNs);
            due.add(publisher);
            publisher = due.peek();
        }
    }

    private void sweepJoining(long nowNs) {
        if (joining.isEmpty() || nowNs - joinSweepDueNs < 0) {
            return;
        }
        for (int i = 0; i < joining.size(); i++) {
            joining.get(i).turn(desk, nowNs);
            if (i % CHUNK == CHUNK - 1) {
                sendDue(System.nanoTime());
            }
        }
        long tookNs = System.nanoTime() - nowNs;
        joinSweepDueNs = nowNs + Math.max(JOIN_SWEEP_NS, tookNs * JOIN_SWEEP_PART);
    }

    private void sweepSome(long nowNs) {
        int end = Math.min(settled.size(), cursor + CHUNK);
        while (cursor < end) {
            settled.get(cursor++).turn(desk, nowNs);
        }
    }

    private long sweepEveryNs() {
        return Math.max(SWEEP_NS, settled.size() * SOCKET_NS * (joining.isEmpty() ? 1 : SETTLED_SWEEP_PART));
    }

    private void idle(long nowNs) {
        long untilNs = sweepNs + sweepEveryNs();
        if (!joining.isEmpty()) {
            untilNs = Math.min(untilNs, joinSweepDueNs);
        }
        Publisher publisher = due.peek();
        if (publisher != null) {
            untilNs = Math.min(untilNs, publisher.dueNs());
        }
        long waitNs = untilNs - nowNs;
        if (waitNs > SPIN_NS) {
            LockSupport.parkNanos(waitNs - SPIN_NS / 2);
        } else {
            Thread.onSpinWait();
        }
    }

    /** Ends the thread, and closes all clients. */
    @Override
    public void close() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
