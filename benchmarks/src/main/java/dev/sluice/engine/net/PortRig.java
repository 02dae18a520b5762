package dev.sluice.engine.net;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.LoopCounters;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;

/** A port and players on loopback, to measure what sending costs. Confined to one thread. */
public final class PortRig implements AutoCloseable {
    /** Datagrams that one call of {@link #send} sends: 16 to each player. */
    public static final int BATCH = 192;

    private static final int PLAYERS = 12;
    private static final int PER_PLAYER = BATCH / PLAYERS;
    private static final int LENGTH_BYTES = 1_200;

    private final Arena arena = Arena.ofConfined();
    private final LoopCounters counters = new LoopCounters();
    private final EgressBatch egress = new EgressBatch(arena);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(2_048);
    private final List<DatagramChannel> players = new ArrayList<>();
    private final List<RemoteAddress> remotes = new ArrayList<>();
    private final DatagramPort port;
    private final int run;

    /**
     * @param io {@code batch} or {@code nio}
     * @param run packets that follow each other to one player, a divisor of 16
     */
    public PortRig(String io, int run) throws IOException {
        this.run = run;
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        port = IoChoice.of(io).open(List.of(loopback), 0);
        for (int i = 0; i < PLAYERS; i++) {
            DatagramChannel player = DatagramChannel.open();
            player.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
            player.bind(new InetSocketAddress(loopback, 0));
            player.configureBlocking(false);
            players.add(player);
            int number = ((InetSocketAddress) player.getLocalAddress()).getPort();
            remotes.add(new RemoteAddress(0, RemoteAddress.v4Mapped(0x7f00_0001), number, 0));
        }
    }

    /** Lets the players read what the last call sent; returns datagrams. */
    public int drain() {
        int read = 0;
        try {
            for (int i = 0; i < PLAYERS; i++) {
                while (players.get(i).receive(buffer.clear()) != null) {
                    read++;
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return read;
    }

    /** Sends a batch; returns datagrams sent since the start. */
    public long send() {
        for (int sent = 0; sent < PER_PLAYER; sent += run) {
            for (int player = 0; player < PLAYERS; player++) {
                for (int i = 0; i < run; i++) {
                    egress.claim(LENGTH_BYTES);
                    egress.commit(LENGTH_BYTES, remotes.get(player));
                }
            }
        }
        port.send(egress, counters);
        egress.clear();
        return counters.get(Counter.DATAGRAMS_OUT);
    }

    @Override
    public void close() {
        port.close();
        for (DatagramChannel player : players) {
            try {
                player.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        arena.close();
    }
}
