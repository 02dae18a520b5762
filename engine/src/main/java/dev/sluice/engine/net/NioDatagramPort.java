package dev.sluice.engine.net;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.metrics.LoopCounters;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The port over plain NIO, a call for each datagram: works everywhere. Confined to one media loop. */
final class NioDatagramPort implements DatagramPort {
    private static final Logger LOG = LoggerFactory.getLogger(NioDatagramPort.class);

    private final PortSockets sockets;
    /** The last IPv6 source of each channel, and its bits. */
    private final InetSocketAddress[] lastV6;

    private final long[] lastV6High;
    private final long[] lastV6Low;
    private MemorySegment ingressSegment;
    private ByteBuffer ingressBuffer;
    private MemorySegment egressSegment;
    private ByteBuffer egressBuffer;

    /** Takes the sockets over: closes them in the end. */
    NioDatagramPort(PortSockets sockets) {
        this.sockets = sockets;
        this.lastV6 = new InetSocketAddress[sockets.count()];
        this.lastV6High = new long[sockets.count()];
        this.lastV6Low = new long[sockets.count()];
    }

    @Override
    public int port() {
        return sockets.port();
    }

    @Override
    public int receive(IngressBatch batch, LoopCounters counters) {
        if (ingressSegment != batch.segment()) {
            ingressSegment = batch.segment();
            ingressBuffer = ingressSegment.asByteBuffer();
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
        DatagramChannel channel = sockets.channel(local);
        try {
            while (!batch.isFull()) {
                int start = (int) batch.offset(batch.size());
                ingressBuffer.limit(start + IngressBatch.SLOT_BYTES).position(start);
                counters.increment(Counter.RECEIVE_CALLS);
                if (!(channel.receive(ingressBuffer) instanceof InetSocketAddress from)) {
                    return;
                }
                add(batch, ingressBuffer.position() - start, from, local);
            }
        } catch (IOException e) {
            // A pending ICMP error of an earlier send: the datagrams behind it are read in the next cycle.
            LOG.debug("receive port={} error={}", port(), e.toString());
        }
    }

    private void add(IngressBatch batch, int lengthBytes, InetSocketAddress from, int local) {
        InetAddress address = from.getAddress();
        if (address instanceof Inet4Address v4) {
            // hashCode() of an Inet4Address is its 32 bits, and unlike getAddress() makes no array.
            batch.add(lengthBytes, 0, RemoteAddress.v4Mapped(v4.hashCode()), from.getPort(), local);
            return;
        }
        if (from != lastV6[local]) {
            // The channel hands out the same object as long as the source stays the same.
            ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
            lastV6[local] = from;
            lastV6High[local] = bytes.getLong(0);
            lastV6Low[local] = bytes.getLong(8);
        }
        batch.add(lengthBytes, lastV6High[local], lastV6Low[local], from.getPort(), local);
    }

    @Override
    public void send(EgressBatch batch, LoopCounters counters) {
        if (egressSegment != batch.segment()) {
            egressSegment = batch.segment();
            egressBuffer = egressSegment.asByteBuffer();
        }
        sockets.startSend();
        int sent = 0;
        int stuck = 0;
        int refused = 0;
        long bytes = 0;
        int calls = 0;
        while (!batch.isSent()) {
            int index = batch.head();
            RemoteAddress to = batch.destination(index);
            if (to.isTcp()) {
                sockets.tcp().send(batch, counters);
                continue;
            }
            if (sockets.isRefusing(to.localIndex())) {
                batch.advance(1);
                stuck++;
                continue;
            }
            int length = batch.length(index);
            calls++;
            int result = send(to, (int) batch.offset(index), length);
            if (result == 0) {
                if (!sockets.onFull(to.localIndex())) {
                    break;
                }
                continue;
            }
            batch.advance(1);
            if (result < 0) {
                refused++;
            } else {
                sockets.onTaken(to.localIndex());
                sent++;
                bytes += length;
            }
        }
        counters.add(Counter.SEND_CALLS, calls);
        counters.add(Counter.DATAGRAMS_OUT, sent);
        counters.add(Counter.BYTES_OUT, bytes);
        counters.drop(DropReason.SEND_FAILED, refused);
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

    /** Positive: sent; 0: the socket is full; negative: refused. */
    private int send(RemoteAddress to, int start, int lengthBytes) {
        egressBuffer.limit(start + lengthBytes).position(start);
        try {
            return sockets.channel(to.localIndex()).send(egressBuffer, to.socketAddress());
        } catch (IOException e) {
            // ENETUNREACH, EPERM and the like concern this destination only.
            return -1;
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
    }
}
