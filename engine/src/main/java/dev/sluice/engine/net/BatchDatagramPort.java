package dev.sluice.engine.net;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.metrics.LoopCounters;
import dev.sluice.natives.net.DatagramCalls;
import dev.sluice.natives.net.Errno;
import dev.sluice.natives.net.MessageVector;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port over recvmmsg and sendmmsg with UDP_SEGMENT, on the descriptors of the channels that the selector waits for: many
 * datagrams in a system call, and a player's run through the kernel's stack as one. Confined to one media loop.
 *
 * <p>The kernel's answers: EAGAIN lets the rest wait, or be dropped when this socket was given up; EINVAL, EMSGSIZE or EIO for a run sends its datagrams one by one, then and
 * from then on; any other error concerns the message at which it shows, whose datagrams are dropped.
 */
final class BatchDatagramPort implements DatagramPort {
    private static final Logger LOG = LoggerFactory.getLogger(BatchDatagramPort.class);
    /** Messages in one call: beyond, a call's own cost no longer shows, and their headers would leave the L1 cache. */
    private static final int MAX_MESSAGES = 64;

    private final PortSockets sockets;
    private final DatagramCalls calls;
    private final int[] descriptors;
    /** Whether the socket takes addresses of AF_INET6. */
    private final boolean[] inet6;

    private final Arena arena = Arena.ofShared();
    private final MessageVector incoming = new MessageVector(arena, IngressBatch.CAPACITY);
    private final MessageVector outgoing = new MessageVector(arena, MAX_MESSAGES);
    /** Datagrams of each message that goes out. */
    private final int[] datagrams = new int[MAX_MESSAGES];

    private final GsoRuns runs = new GsoRuns();
    private MemorySegment ingressSegment;
    private boolean narrowPathTold;

    /** Takes sockets and calls over: closes them in the end. */
    BatchDatagramPort(PortSockets sockets, DatagramCalls calls) {
        this.sockets = sockets;
        this.calls = calls;
        this.descriptors = new int[sockets.count()];
        this.inet6 = new boolean[sockets.count()];
        for (int i = 0; i < sockets.count(); i++) {
            descriptors[i] = ChannelDescriptor.of(sockets.channel(i));
            inet6[i] = sockets.address(i) instanceof Inet6Address;
        }
        for (int i = 0; i < IngressBatch.CAPACITY; i++) {
            incoming.expectSource(i);
        }
    }

    @Override
    public int port() {
        return sockets.port();
    }

    @Override
    public int receive(IngressBatch batch, LoopCounters counters) {
        if (ingressSegment != batch.segment()) {
            ingressSegment = batch.segment();
            for (int i = 0; i < IngressBatch.CAPACITY; i++) {
                incoming.payload(i, ingressSegment.address() + batch.offset(i), IngressBatch.SLOT_BYTES);
            }
        }
        int before = batch.size();
        int first = sockets.look();
        for (int i = 0; i < sockets.turns() && !batch.isFull(); i++) {
            int local = (first + i) % sockets.turns();
            if (local == sockets.count()) {
                sockets.tcp().receive(batch, counters);
            } else if (sockets.isReadable(local)) {
                receiveFrom(local, batch, counters);
            }
        }
        return batch.size() - before;
    }

    private void receiveFrom(int local, IngressBatch batch, LoopCounters counters) {
        int size = batch.size();
        counters.increment(Counter.RECEIVE_CALLS);
        // Negative is nothing there, or the error of an earlier send: the datagrams behind it come in the next cycle.
        int received = calls.receive(descriptors[local], incoming.address(size), IngressBatch.CAPACITY - size);
        for (int slot = size; slot < size + received; slot++) {
            add(batch, slot, local);
        }
    }

    private void add(IngressBatch batch, int slot, int local) {
        boolean v6 = incoming.isFromInet6(slot);
        batch.add(
                incoming.length(slot),
                v6 ? incoming.sourceHigh(slot) : 0,
                v6 ? incoming.sourceLow(slot) : RemoteAddress.v4Mapped(incoming.sourceInet(slot)),
                incoming.sourcePort(slot),
                local);
        incoming.expectSource(slot);
    }

    @Override
    public void send(EgressBatch batch, LoopCounters counters) {
        sockets.startSend();
        long callsBefore = calls.sendCalls();
        int stuck = 0;
        boolean full = false;
        while (!full && !batch.isSent()) {
            int local = batch.destination(batch.head()).localIndex();
            if (local >= RemoteAddress.TCP) {
                sockets.tcp().send(batch, counters);
            } else if (sockets.isRefusing(local)) {
                batch.advance(1);
                stuck++;
            } else {
                full = !submit(batch, local, prepare(batch, local), counters);
            }
        }
        counters.add(Counter.SEND_CALLS, calls.sendCalls() - callsBefore);
        counters.drop(DropReason.SEND_STUCK, stuck);
    }

    @Override
    public TcpConnections tcp() {
        return sockets.tcp();
    }

    @Override
    public void giveUp(int local) {
        sockets.giveUp(local);
    }

    /** Makes messages of the datagrams from the head on, as far as they leave by one socket. */
    private int prepare(EgressBatch batch, int local) {
        int index = batch.head();
        int messages = 0;
        while (index < batch.size() && messages < MAX_MESSAGES) {
            RemoteAddress to = batch.destination(index);
            if (to.localIndex() != local) {
                break;
            }
            int count = runs.datagrams(batch, index);
            int last = index + count - 1;
            long start = batch.offset(index);
            outgoing.payload(
                    messages, batch.segment().address() + start, batch.offset(last) + batch.length(last) - start);
            outgoing.segmentBytes(messages, count == 1 ? 0 : batch.length(index));
            if (inet6[local]) {
                outgoing.toInet6(messages, to.high(), to.low(), to.port());
            } else {
                outgoing.toInet(messages, (int) to.low(), to.port());
            }
            datagrams[messages++] = count;
            index += count;
        }
        return messages;
    }

    /**
     * Sends the prepared messages, or those before one that is to be made anew.
     *
     * @return false when the socket is full and may be waited for
     */
    private boolean submit(EgressBatch batch, int local, int messages, LoopCounters counters) {
        int done = 0;
        while (done < messages) {
            int result = calls.send(descriptors[local], outgoing.address(done), messages - done);
            if (result > 0) {
                sockets.onTaken(local);
                onSent(batch, done, result, counters);
                done += result;
            } else if (result == -Errno.EAGAIN) {
                return sockets.onFull(local);
            } else if (datagrams[done] > 1 && GsoRuns.isRunError(-result)) {
                onRunRefused(batch.destination(batch.head()), batch.length(batch.head()), -result, counters);
                return true;
            } else if (result != -Errno.EINTR) {
                counters.drop(DropReason.SEND_FAILED, datagrams[done]);
                batch.advance(datagrams[done++]);
            }
        }
        return true;
    }

    private void onSent(EgressBatch batch, int firstMessage, int messages, LoopCounters counters) {
        int first = batch.head();
        int gsoRuns = 0;
        int gsoSegments = 0;
        for (int i = firstMessage; i < firstMessage + messages; i++) {
            if (datagrams[i] > 1) {
                gsoRuns++;
                gsoSegments += datagrams[i];
            }
            batch.advance(datagrams[i]);
        }
        int last = batch.head() - 1;
        counters.add(Counter.DATAGRAMS_OUT, batch.head() - first);
        counters.add(Counter.BYTES_OUT, batch.offset(last) + batch.length(last) - batch.offset(first));
        if (gsoRuns > 0) {
            runs.onSent();
            counters.add(Counter.GSO_RUNS, gsoRuns);
            counters.add(Counter.GSO_SEGMENTS, gsoSegments);
        }
    }

    private void onRunRefused(RemoteAddress to, int packetBytes, int errno, LoopCounters counters) {
        counters.increment(Counter.GSO_RUNS_REFUSED);
        if (!narrowPathTold && GsoRuns.isBelowLeastMtu(to, packetBytes, errno)) {
            narrowPathTold = true;
            LOG.info(
                    "media port={} remote={} packet={}: its path MTU is below {}, where packets of the publisher's size arrive"
                            + " in fragments or not at all",
                    port(),
                    to,
                    packetBytes,
                    GsoRuns.LEAST_MTU_BYTES);
        }
        if (!runs.onRefused(to, errno)) {
            LOG.warn("media port={} sends without UDP_SEGMENT: the device refuses it (EIO)", port());
        }
    }

    @Override
    public void await(long timeoutNs) {
        sockets.await(timeoutNs);
    }

    @Override
    public void wakeup() {
        sockets.wakeup();
    }

    @Override
    public void close() {
        sockets.close();
        calls.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
