package dev.sluice.engine.net;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.dtls.HandshakeQueue;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DistinctErrorLog;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.metrics.DutyCycleEvent;
import dev.sluice.engine.metrics.LoopCounters;
import dev.sluice.engine.peer.Doorbell;
import dev.sluice.engine.peer.Fanout;
import dev.sluice.engine.peer.Peer;
import dev.sluice.engine.peer.PeerEnd;
import dev.sluice.engine.peer.PeerSink;
import dev.sluice.engine.stun.Stun;
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

    private static final int MAX_COMMANDS = 8;
    /** Receive calls in one duty cycle before players get their turn. */
    private static final int MAX_RECEIVES = 4;
    /** How exact a publisher's timers are; the shortest of them, transport-cc feedback, wants 50 ms. */
    private static final long TICK_NS = 10_000_000L;
    /** Ticks in which every peer is looked at once: players have nothing shorter than a second. */
    private static final int TICKS_OF_A_ROUND = 10;

    /** Longer than browsers let pass between two checks of a pair (2.5 s). */
    private static final long OWNED_NS = 5_000_000_000L;

    private static final long IDLE_NS = 1_000_000_000L;

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
    private final DtlsWork dtls;
    private final Arena arena = Arena.ofShared();
    private final IngressBatch ingress = new IngressBatch(arena);
    private final Outbox outbox;
    private final LoopLoad load;
    private final TcpWork tcp;
    private final DutyCycleEvent cycleEvent = new DutyCycleEvent();
    private final Thread thread;

    private long nextTickNs;
    private int nextTimed;
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
            nextTickNs = clockNs.getAsLong();
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
        cycleEvent.begin();
        try {
            work = dutyCycle(startNs);
        } catch (RuntimeException e) {
            errors.record(e);
            outbox.clear();
        } finally {
            cycleEvent.end(index, work, sessions());
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
        int work = runCommands(startNs);
        behind = true;
        for (int i = 0; i < MAX_RECEIVES && behind; i++) {
            int received = receive();
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
        if (nowNs - nextTickNs >= 0) {
            int ticks = (int) Math.min(TICKS_OF_A_ROUND, 1 + (nowNs - nextTickNs) / TICK_NS);
            nextTickNs = nowNs + TICK_NS;
            counters.add(Counter.MAILBOX_REFUSALS, mailbox.takeRefusals());
            runTimers(nowNs, ticks);
            dtls.starts().run(nowNs);
        }
        outbox.flush(nowNs);
        return work;
    }

    private int runCommands(long nowNs) {
        int done = 0;
        while (done < MAX_COMMANDS) {
            Command command = mailbox.poll();
            if (command == null) {
                break;
            }
            try {
                command.run(this, nowNs);
            } catch (RuntimeException e) {
                errors.record(e);
            }
            done++;
        }
        return done;
    }

    /** Takes over a TCP connection whose first frame names a peer of this loop; on the loop's thread. */
    void adopt(SocketChannel channel, byte[] first, long nowNs) {
        tcp.adopt(channel, first, nowNs);
    }

    private int receive() {
        ingress.clear();
        int received = port.receive(ingress, counters);
        if (received == 0) {
            return 0;
        }
        // Arrival times go into congestion feedback in units of 0.25 ms: a cycle's start would be too old.
        long nowNs = clockNs.getAsLong();
        cycleNs = nowNs;
        long bytes = 0;
        for (int i = 0; i < received; i++) {
            bytes += ingress.length(i);
            dispatch(i, nowNs);
        }
        // After the work: who reads that they came in also finds what became of them.
        counters.add(Counter.DATAGRAMS_IN, received);
        counters.add(Counter.BYTES_IN, bytes);
        return received;
    }

    private void dispatch(int index, long nowNs) {
        long offset = ingress.offset(index);
        int length = ingress.length(index);
        if (length == 0) {
            drop(DropReason.EMPTY_DATAGRAM);
            return;
        }
        Peer peer;
        if (Stun.isStun(ingress.segment(), offset, length)) {
            long key = Stun.localUfragKey(ingress.segment(), offset, length);
            peer = key == -1 ? null : table.findByUfrag(key);
            if (peer == null) {
                drop(key == -1 ? DropReason.STUN_NOT_A_REQUEST : DropReason.STUN_UNKNOWN_USER);
                return;
            }
        } else {
            peer = table.find(ingress.high(index), ingress.low(index), ingress.port(index), ingress.localIndex(index));
            if (peer == null) {
                drop(DropReason.UNKNOWN_SOURCE);
                return;
            }
        }
        try {
            int result = peer.onDatagram(
                    ingress.segment(),
                    offset,
                    length,
                    ingress.high(index),
                    ingress.low(index),
                    ingress.port(index),
                    ingress.localIndex(index),
                    nowNs,
                    this);
            if (result < 0) {
                drop(DropReason.ofCode(result));
            }
            if (peer.publisher() != null) {
                publishers.onInput(peer);
            }
        } catch (RuntimeException e) {
            onFailure(peer, e);
        }
    }

    /** Publishers at each tick, for their feedback; of all peers a part, since thousands of players have seconds to wait. */
    private void runTimers(long nowNs, int ticks) {
        List<Peer> publishing = publishers.publishers();
        for (int i = publishing.size() - 1; i >= 0; i--) {
            runTimers(publishing.get(i), nowNs);
        }
        for (int left = (ticks * peers.size() + TICKS_OF_A_ROUND - 1) / TICKS_OF_A_ROUND; left > 0; left--) {
            nextTimed = nextTimed > 0 ? Math.min(nextTimed, peers.size()) - 1 : peers.size() - 1;
            if (nextTimed >= 0) {
                runTimers(peers.get(nextTimed), nowNs);
            }
        }
    }

    private void runTimers(Peer peer, long nowNs) {
        try {
            if (nowNs - peer.deadlineNs(nowNs) >= 0) {
                peer.onTimeout(nowNs, this);
            }
        } catch (RuntimeException e) {
            onFailure(peer, e);
        }
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
        long newcomersNs = outbox.isBlocked() ? Long.MAX_VALUE : fanout.leftNs(nowNs);
        long leastNs = peers.isEmpty() ? IDLE_NS : TICK_NS;
        if (publishers.isEmpty() && dtls.starts().size() == 0 && !outbox.isBlocked()) {
            // Players' timers alone: a round of them at a time.
            leastNs = Math.max(leastNs, TICKS_OF_A_ROUND * TICK_NS);
        }
        leastNs = Math.min(leastNs, outbox.isBlocked() ? Long.MAX_VALUE : fanout.pacedLeftNs(nowNs));
        return Math.min(Math.min(leastNs, newcomersNs), publishers.holdLeftNs(nowNs));
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
        Peer owner = table.find(address.high(), address.low(), address.port(), address.localIndex());
        if (owner == null || owner == peer || !isChecked(owner, address)) {
            table.put(address, peer);
        }
        tcp.onChecked(address, cycleNs);
    }

    /** A source address can be forged: a peer whose checks still come from there keeps it. */
    private boolean isChecked(Peer owner, RemoteAddress address) {
        long checkedNs = owner.ice().checkedNs(address);
        return checkedNs != Long.MIN_VALUE && cycleNs - checkedNs < OWNED_NS;
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
        while (runCommands(nowNs) > 0) {
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
