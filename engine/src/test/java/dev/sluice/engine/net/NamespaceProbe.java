package dev.sluice.engine.net;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.metrics.Counter;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.metrics.LoopCounters;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What {@link PortNamespaceTest} runs as a process of its own, in a network namespace whose loopback takes 1,280 bytes and
 * is slow for a while: prints what became of what it sent. Confined to one thread.
 */
final class NamespaceProbe {
    private static final int LARGE_BYTES = 1_300;
    private static final int SMALL_BYTES = 1_000;
    private static final int SLOW_PLAYERS = 6;
    private static final int SLOW_RUN = 40;
    /** To each player. */
    private static final int SLOW_DATAGRAMS = 2_000;

    private final Arena arena = Arena.ofAuto();
    private final EgressBatch egress = new EgressBatch(arena);
    private final String option;
    private LoopCounters counters;

    private NamespaceProbe(String option) {
        this.option = option;
    }

    public static void main(String[] args) throws Exception {
        NamespaceProbe probe = new NamespaceProbe(args[0]);
        probe.narrow("127.0.0.1");
        probe.narrow("::1");
        probe.slow();
    }

    /** Runs of datagrams that the path must fragment, and after them runs that fit, to the same player and to another. */
    private void narrow(String address) throws IOException {
        counters = new LoopCounters();
        try (DatagramPort port = Ports.open(option, address);
                DatagramSocket one = DatagramPortTest.socket(address);
                DatagramSocket other = DatagramPortTest.socket(address)) {
            boolean right = sendRun(port, one, LARGE_BYTES);
            right &= sendRun(port, one, LARGE_BYTES);
            right &= sendRun(port, one, SMALL_BYTES);
            right &= sendRun(port, other, SMALL_BYTES);
            print("narrow " + address, right);
        }
    }

    private boolean sendRun(DatagramPort port, DatagramSocket to, int lengthBytes) throws IOException {
        RemoteAddress remote = DatagramPortTest.remote(to, 0);
        egress.clear();
        for (int i = 0; i < 10; i++) {
            DatagramPortTest.put(egress, DatagramPortTest.bytes(lengthBytes, i), remote);
        }
        port.send(egress, counters);
        boolean right = true;
        for (int i = 0; i < 10; i++) {
            right &= Arrays.equals(DatagramPortTest.bytes(lengthBytes, i), DatagramPortTest.receive(to));
        }
        return right;
    }

    /**
     * More than the socket's buffer holds, over a way that is slow until it was full once; the players' buffers hold it.
     * Each datagram comes once; not always in order: what waited in the kernel's shaper is handed on by the core of its
     * timer, beside what the sender's core hands on at once.
     */
    private void slow() throws Exception {
        counters = new LoopCounters();
        int waits = 0;
        shape("add", "1mbit");
        List<DatagramSocket> players = new ArrayList<>();
        try (DatagramPort port = Ports.open(option, "127.0.0.1")) {
            for (int i = 0; i < SLOW_PLAYERS; i++) {
                players.add(DatagramPortTest.socket("127.0.0.1"));
            }
            for (int sent = 0; sent < SLOW_DATAGRAMS; sent += SLOW_RUN) {
                egress.clear();
                for (DatagramSocket player : players) {
                    RemoteAddress remote = DatagramPortTest.remote(player, 0);
                    for (int i = 0; i < SLOW_RUN; i++) {
                        DatagramPortTest.put(egress, DatagramPortTest.bytes(SMALL_BYTES, sent + i), remote);
                    }
                }
                port.send(egress, counters);
                while (!egress.isSent()) {
                    if (waits++ == 0) {
                        shape("change", "1gbit");
                    }
                    port.await(60_000_000_000L);
                    port.send(egress, counters);
                }
            }
            boolean right = true;
            for (DatagramSocket player : players) {
                byte[][] expected = new byte[SLOW_DATAGRAMS][];
                byte[][] received = new byte[SLOW_DATAGRAMS][];
                for (int i = 0; i < SLOW_DATAGRAMS; i++) {
                    expected[i] = DatagramPortTest.bytes(SMALL_BYTES, i);
                    received[i] = DatagramPortTest.receive(player);
                }
                Arrays.sort(expected, Arrays::compare);
                Arrays.sort(received, Arrays::compare);
                right &= Arrays.deepEquals(expected, received);
            }
            print("slow waited=" + (waits > 0), right);
        } finally {
            players.forEach(DatagramSocket::close);
        }
    }

    private static void shape(String verb, String rate) throws IOException, InterruptedException {
        String[] command = {
            "tc", "qdisc", verb, "dev", "lo", "root", "tbf", "rate", rate, "burst", "64kb", "limit", "100mb"
        };
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException(String.join(" ", command));
        }
    }

    private void print(String what, boolean right) {
        System.out.println(what + " right=" + right + " out=" + counters.get(Counter.DATAGRAMS_OUT) + " failed="
                + counters.get(DropReason.SEND_FAILED) + " refused=" + counters.get(Counter.GSO_RUNS_REFUSED)
                + " runs=" + (counters.get(Counter.GSO_RUNS) > 0));
    }
}
