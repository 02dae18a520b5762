package dev.sluice.benchmarks.floor;

import dev.sluice.benchmarks.Sample;
import dev.sluice.benchmarks.StunRequest;
import dev.sluice.engine.net.FanoutRig;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The two that are compared, on one network and with one profile: the same players, keys and packets. Confined to one thread,
 * that of its network.
 */
final class Lane implements AutoCloseable {
    /** What a player gets, without header and extension, which have 24 bytes. */
    static final int PAYLOAD_BYTES = 1_176;

    private static final int WARM_UP_PLAYERS = 8;
    private static final int WARM_UP_FRAMES = 2 * (1 << 16) / FanoutRig.FRAME_PACKETS;

    private final Network network;
    private final SrtpProfile profile;
    private final SrtpProvider srtp;
    private final String io;
    private final int pauseMs;
    private final List<byte[]> packets;
    private final CFloor floor;
    private final FanoutRig engine;
    private final Samples floorNs = new Samples();
    private final Samples engineNs = new Samples();
    private final Samples ratio = new Samples();
    private final FloorParts parts = new FloorParts();

    /** @param pauseMs how long the processor idles before each frame, of the engine and of C */
    Lane(Network network, SrtpProvider srtp, SrtpProfile profile, String io, Path program, int cpu, int pauseMs) {
        this.network = network;
        this.pauseMs = pauseMs;
        this.profile = profile;
        byte[] payload = Sample.VP8.payload(PAYLOAD_BYTES, false);
        byte[] keyFrame = Sample.VP8.payload(PAYLOAD_BYTES, true);
        floor = new CFloor(program, profile, cpu, network, payload);
        packets = List.of(Sample.VP8.packet(keyFrame), Sample.VP8.packet(payload));
        this.srtp = srtp;
        this.io = io;
        engine = open(network.players());
    }

    private FanoutRig open(List<InetSocketAddress> players) {
        return new FanoutRig(
                io, srtp, profile, network.local(), players, StunRequest::nominate, Sample.EXTENSIONS, packets);
    }

    /**
     * Warms the engine up with a few players, until their sequence numbers have gone around: a branch that is taken then for
     * the first time makes the compiler start anew, which must not happen while anything is measured.
     */
    void warmUp() {
        List<InetSocketAddress> few = network.players()
                .subList(0, Math.min(WARM_UP_PLAYERS, network.players().size()));
        try (FanoutRig rig = open(few)) {
            rig.forward(WARM_UP_FRAMES);
        }
    }

    Network network() {
        return network;
    }

    SrtpProfile profile() {
        return profile;
    }

    CFloor floor() {
        return floor;
    }

    FanoutRig engine() {
        return engine;
    }

    /**
     * Sends one frame each and opens what the first player got: both must have sent the same.
     *
     * @throws IllegalStateException when they did not
     */
    void check() {
        if (network.sockets().isEmpty()) {
            return;
        }
        ReceivedRun sent = new ReceivedRun(
                profile, FanoutRig.playerKeys(profile, 0), network.sockets().getFirst());
        engine.forward(1);
        String ofEngine = sent.take();
        floor.measure("fanout", 1);
        String ofFloor = sent.take();
        if (!ofEngine.equals(ofFloor)) {
            throw new IllegalStateException("the engine sends " + ofEngine + "\nthe floor sends  " + ofFloor);
        }
    }

    /** One after the other on the same processor; who begins changes from round to round. */
    void round(int number, int frames) {
        if (number % 2 == 0) {
            floorNs.add(measureFloor(frames));
        }
        engineNs.add(measureEngine(frames));
        if (number % 2 != 0) {
            floorNs.add(measureFloor(frames));
        }
        ratio.add(engineNs.last() / floorNs.last());
        parts.round(floor, frames);
    }

    private double measureFloor(int frames) {
        if (pauseMs == 0) {
            return floor.measure("fanout", frames);
        }
        double sumNs = 0;
        for (int i = 0; i < frames; i++) {
            pause();
            sumNs += floor.measure("fanout", 1);
        }
        return sumNs / frames;
    }

    private double measureEngine(int frames) {
        long packets = engine.forwarded();
        long cpuNs = engine.cpuNs();
        if (pauseMs == 0) {
            engine.forward(frames);
        } else {
            for (int i = 0; i < frames; i++) {
                pause();
                engine.forward(1);
            }
        }
        return (double) (engine.cpuNs() - cpuNs) / (engine.forwarded() - packets);
    }

    private void pause() {
        LockSupport.parkNanos(pauseMs * 1_000_000L);
    }

    Samples floorNs() {
        return floorNs;
    }

    Samples engineNs() {
        return engineNs;
    }

    /** The engine's figure divided by the floor's of the same round. */
    Samples ratio() {
        return ratio;
    }

    /** Of the floor, measured in the same rounds. */
    FloorParts parts() {
        return parts;
    }

    @Override
    public void close() {
        engine.requireAllForwarded();
        engine.close();
        floor.close();
    }
}
