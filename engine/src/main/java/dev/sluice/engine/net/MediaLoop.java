package dev.sluice.engine.net;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.dtls.HandshakeQueue;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DistinctErrorLog;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.metrics.LoopCounters;
import dev.sluice.engine.metrics.LoopEvents;
import dev.sluice.engine.peer.Doorbell;
import dev.sluice.engine.peer.Fanout;
import dev.sluice.engine.peer.Peer;
import dev.sluice.engine.peer.PeerEnd;
import dev.sluice.engine.peer.PeerSink;
import dev.sluice.natives.net.ThreadScheduling;
import java.lang.foreign.Arena;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * One platform thread, its UDP port and all peers whose candidates name that port: receives, fans out, flushes, keeps
 * the time. Confined to one media loop, {@link #offer}, {@link #ring}, {@link #ringForKeyFrame}, {@link #onDtlsProgress} and {@link #close} excepted.
 */
public final class MediaLoop implements PeerSink, Doorbell, AutoCloseable {

    /** Something another thread wants done on the loop's thread. */
    public interface Command {
        void run(MediaLoop loop, long nowNs);
    }

    /** What the facade hears of its peers; called on the loop's thread, must not block. */
    public interface Events {
        void onConnected(Peer peer);

        void onSilence(Peer peer, boolean silent);

        void onRepublished(Peer peer);

        void onEnded(Peer peer, PeerEnd end);

        /** The loop's thread has ended by an error; its sessions cannot go on. */
        void onLoopFailed(Throwable error);
    }

    /** Receive calls in one duty cycle before players get their turn. */
    private static final int MAX_RECEIVES = 4;

    private final int index;
    private final DatagramPort port;
    private final Bell bell;
    private final LongSupplier clockNs;
    private final Events events;
    private final LoopCounters counters = new LoopCounters();
    private final DistinctErrorLog errors;
    private final Mailbox mailbox = new Mailbox();
    private final PeerTable table = new PeerTable(new SecureRandom().nextLong());
    private final Fanout fanout = new Fanout(this);
    private final List<Peer> peers = new ArrayList<>();
    private final PublisherWork publishers = new PublisherWork();
    private final PeerTimers timers = new PeerTimers();
    private final DtlsWork dtls;
    private final Arena arena = Arena.ofShared();
    private final Inbox inbox;
    private final Outbox outbox;
    private final LoopLoad load;
    private final TcpWork tcp;
    private final LoopEvents recorded = new LoopEvents();
    private final Thread thread;

    /** The time that the present duty cycle goes by: of its start, its last receive or the last flush between two runs. */
    private long cycleNs;

    /** Whether the last cycle left datagrams in the socket. */
    private boolean behind;

    private volatile boolean closing;

    /**
     * @param tcpPort of the door for this loop's candidates; 0 for none
     * @param door is told which peers are here
     */
    MediaLoop(
            int index,
            DatagramPort port,
            int tcpPort,
            TcpDoor door,
            LongSupplier clockNs,
            Events events,
            DistinctErrorLog errors,
            HandshakeQueue handshakes) {
        this.index = index;
        this.dtls = new DtlsWork(handshakes);
        this.port = port;
        this.bell = new Bell(port::wakeup);
        this.tcp = new TcpWork(port, tcpPort, door, table, fanout);
        this.clockNs = clockNs;
        this.events = events;
        this.errors = errors;
        this.inbox = new Inbox(port, table, publishers, counters, arena);
        this.outbox = new Outbox(port, counters, arena);
        this.load = new LoopLoad(clockNs.getAsLong());
        this.thread = Thread.ofPlatform().name("media-loop-" + index).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Of all loops the how manieth, from 0. */
    public int index() {
        return index;
    }

    /** The UDP port that candidates name. */
    public int port() {
        return port.port();
    }

    /** The TCP port that candidates name; 0 for none. */
    public int tcpPort() {
        return tcp.port();
    }

    @Override
    public LoopCounters counters() {
        return counters;
    }

    /** Hands a command over; false when the mailbox is full or the loop has ended. Safe for many threads. */
    public boolean offer(Command command) {
        if (closing || !mailbox.offer(command)) {
            return false;
        }
        ring();
        return true;
    }

    @Override
    public void ring() {
        bell.ring();
    }

    @Override
    public void ringForKeyFrame() {
        publishers.onKeyFrameWanted();
        bell.ring();
    }

    /** A handshake has output. Safe for many threads. */
    public void onDtlsProgress(Peer peer) {
        dtls.onProgress(peer);
        ring();
    }

    /** Where the hellos of this loop's peers wait; for the loop's thread. */
    public HandshakeQueue handshakes() {
        return dtls.starts();
    }

    /** Percent of the last second that it was at work. Safe for many threads. */
    public int busyPercent() {
        return load.busyPercent();
    }

    /** Since the last duty cycle. Safe for many threads. */
    public long sinceCycleNs() {
        return load.sinceCycleNs(clockNs.getAsLong());
    }

    /** Sessions on this loop. Safe for many threads, approximate. */
    public long sessions() {
        return counters.get(Counter.PEERS_ADDED) - counters.get(Counter.PEERS_ENDED);
    }

    /** How busy the loop is with the sessions it has now. Safe for many threads, approximate. */
    long expectedPercent() {
        return load.expectedPercent(sessions());
    }

    /** Takes a new peer in; on the loop's thread. */
    public void add(Peer peer) {
        peers.add(peer);
        if (peer.publisher() != null) {
            publishers.add(peer);
        }
        onUfrag(peer, peer.ice().local().key());
        counters.increment(Counter.PEERS_ADDED);
    }

    private void run() {
        ThreadScheduling.preferLatency();
        try {
            timers.start(clockNs.getAsLong());
            while (!closing) {
                if (guardedCycle() == 0) {
                    idle();
                }
            }
            shutDown(clockNs.getAsLong());
        } catch (Throwable fatal) {
            // Out of memory, a broken selector: without this loop its sessions would hang for ever.
            errors.record(fatal);
            events.onLoopFailed(fatal);
        }
    }

    /** Peers' faults end the peer; what is left is the loop's own, and the loop goes on with the next cycle. */
    private int guardedCycle() {
        long startNs = clockNs.getAsLong();
        int work = 0;
        recorded.beginCycle();
        try {
            work = dutyCycle(startNs);
        } catch (RuntimeException e) {
            errors.record(e);
            outbox.clear();
        } finally {
            recorded.endCycle(index, work, sessions());
            long endNs = clockNs.getAsLong();
            counters.max(Counter.DUTY_CYCLE_MAX_NS, endNs - startNs);
            load.onCycle(startNs, endNs, behind, sessions());
        }
        return work;
    }

    /**
     * Commands, receive, fan-out, flush, timers.
     *
     * @return work done; 0 means the loop may sleep
     */
    int dutyCycle(long startNs) {
        cycleNs = startNs;
        int work = mailbox.run(this, startNs, errors);
        behind = true;
        for (int i = 0; i < MAX_RECEIVES && behind; i++) {
            int received = inbox.receive();
            if (received > 0) {
                // Arrival times go into congestion feedback in units of 0.25 ms: a cycle's start would be too old.
                cycleNs = clockNs.getAsLong();
                inbox.dispatch(received, cycleNs, this);
            }
            work += received;
            behind = received == IngressBatch.CAPACITY;
        }
        long nowNs = cycleNs;
        tcp.run(nowNs, this);
        work += dtls.run(nowNs, this);
        publishers.run(nowNs, this);
        // While the socket is full the logs are the queue.
        if (!outbox.isBlocked()) {
            work += tcp.serve(nowNs, this);
            work += fanout.run(nowNs, this);
        }
        if (timers.isDue(nowNs)) {
            counters.add(Counter.MAILBOX_REFUSALS, mailbox.takeRefusals());
            timers.run(peers, publishers.publishers(), nowNs, this);
            dtls.starts().run(nowNs);
        }
        outbox.flush(nowNs);
        return work;
    }

    /** Takes over a TCP connection whose first frame names a peer of this loop; on the loop's thread. */
    void adopt(SocketChannel channel, byte[] first, long nowNs) {
        tcp.adopt(channel, first, nowNs);
    }

    @Override
    public void onFailure(Peer peer, RuntimeException error) {
        errors.record(error);
        try {
            peer.end(PeerEnd.FAILED, cycleNs, this);
        } catch (RuntimeException e) {
            // Its last words failed too; it is out of the tables all the same.
            errors.record(e);
        }
    }

    private void idle() {
        bell.fallAsleep();
        // Whoever rang before that is found here; who rings after it wakes the selector.
        if (!mailbox.isPending()
                && !dtls.isPending()
                && !publishers.isPending()
                && !closing
                && (outbox.isBlocked() || !fanout.hasWork() && !tcp.hasLeft())) {
            long sleepNs = sleepNs(clockNs.getAsLong());
            if (sleepNs > 0) {
                port.await(sleepNs);
                counters.increment(Counter.WAKEUPS);
            }
        }
        bell.wakeUp();
    }

    /** Until the next tick, the end of a publisher's hold or of a player's pause, whichever is first. */
    private long sleepNs(long nowNs) {
        boolean blocked = outbox.isBlocked();
        boolean playersOnly = publishers.isEmpty() && dtls.starts().size() == 0 && !blocked;
        long leastNs = PeerTimers.sleepNs(peers.isEmpty(), playersOnly);
        if (!blocked) {
            leastNs = Math.min(leastNs, Math.min(fanout.leftNs(nowNs), fanout.pacedLeftNs(nowNs)));
        }
        return Math.min(leastNs, publishers.holdLeftNs(nowNs));
    }

    @Override
    public EgressBatch egress(int datagrams) {
        return outbox.batch(datagrams, cycleNs);
    }

    @Override
    public long startRun(long nowNs) {
        if (outbox.isRunDue()) {
            outbox.flush(nowNs);
            cycleNs = clockNs.getAsLong();
        }
        return outbox.isBlocked() ? FULL : cycleNs;
    }

    @Override
    public EgressBatch mediaEgress() {
        return outbox.mediaBatch(cycleNs);
    }

    @Override
    public long lateNs() {
        return load.lateNs();
    }

    @Override
    public void drop(DropReason reason) {
        counters.drop(reason, 1);
    }

    @Override
    public void onAddress(Peer peer, RemoteAddress address) {
        table.offer(address, peer, cycleNs);
        tcp.onChecked(address, cycleNs);
    }

    @Override
    public void onAddressGone(Peer peer, RemoteAddress address) {
        table.remove(address, peer);
        tcp.onAddressGone(address, cycleNs);
    }

    @Override
    public void onLayerChanged(Peer player) {
        fanout.move(player, cycleNs);
    }

    @Override
    public void onLeft(Peer player) {
        tcp.onLeft(player);
    }

    @Override
    public boolean takes(RemoteAddress to) {
        return tcp.takes(to);
    }

    @Override
    public void onUfrag(Peer peer, long key) {
        table.putUfrag(key, peer);
        tcp.onUfrag(key, this);
    }

    @Override
    public void onUfragGone(long key) {
        table.removeUfrag(key);
        tcp.onUfragGone(key);
    }

    @Override
    public void onConnected(Peer peer) {
        if (peer.player() != null) {
            fanout.add(peer, cycleNs);
        }
        events.onConnected(peer);
    }

    @Override
    public void onSilence(Peer peer, boolean silent) {
        events.onSilence(peer, silent);
    }

    @Override
    public void onRepublished(Peer peer) {
        events.onRepublished(peer);
    }

    @Override
    public void onEnded(Peer peer, PeerEnd end) {
        if (peer.player() != null) {
            fanout.remove(peer);
        } else {
            publishers.remove(peer);
        }
        for (int i = 0; i < peer.ice().pairs(); i++) {
            onAddressGone(peer, peer.ice().pair(i));
        }
        onUfragGone(peer.ice().local().key());
        onUfragGone(peer.previousUfragKey());
        peers.remove(peer);
        counters.increment(Counter.PEERS_ENDED);
        events.onEnded(peer, end);
    }

    private void shutDown(long nowNs) {
        while (mailbox.run(this, nowNs, errors) > 0) {
            // What was taken into the mailbox is done, so that nobody waits for it in vain.
        }
        for (int i = peers.size() - 1; i >= 0; i--) {
            Peer peer = peers.get(i);
            try {
                peer.end(PeerEnd.ASKED, nowNs, this);
            } catch (RuntimeException e) {
                onFailure(peer, e);
            }
        }
        outbox.flush(nowNs);
        port.close();
        arena.close();
    }

    /** Lets the loop end every peer (BYE, close_notify) and stop. Idempotent. Safe for many threads. */
    void requestClose() {
        closing = true;
        port.wakeup();
    }

    /** {@link #requestClose}, and waits for the thread. */
    @Override
    public void close() {
        requestClose();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
