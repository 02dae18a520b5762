package dev.sluice.engine.net;

import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.peer.LiveStream;
import dev.sluice.engine.peer.Publisher;
import dev.sluice.engine.sdp.HeaderExtensions;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A publisher's loop without a network: receives frames of protected packets from memory and takes them into its log, where
 * players of any loop read them. Confined to one thread.
 */
final class FramePublisher implements AutoCloseable {
    private static final RemoteAddress ADDRESS = new RemoteAddress(0, RemoteAddress.v4Mapped(0x0a00_0001), 40_000, 0);

    private final RigLoop loop;
    private final PacketSource source;
    private final Publisher publisher;
    private final int framePackets;

    /** @param packets the start of a key frame, then one like all that follow; see {@link PacketSource} */
    FramePublisher(
            SrtpProvider srtp,
            SrtpProfile profile,
            LiveStream stream,
            BiFunction<String, String, byte[]> checks,
            HeaderExtensions extensions,
            int framePackets,
            List<byte[]> packets,
            long nowNs) {
        this.framePackets = framePackets;
        loop = new RigLoop(new MemoryPort(), srtp, profile, checks, nowNs);
        publisher = loop.addPublisher(stream, extensions, ADDRESS, 0);
        loop.connect();
        source = new PacketSource(srtp, profile, 0, framePackets, packets);
    }

    /** From now on players find the stream. */
    void goLive() {
        publisher.stream().publish(publisher.publication());
    }

    /** The next frame is received. */
    void publish(long nowNs) {
        source.seal(framePackets);
        source.putInto(loop, 0, framePackets, ADDRESS);
        loop.cycle(nowNs);
    }

    /** Lets a second pass, in which reports go out, and the remote's checks now and then; returns the time then. */
    long passSecond() {
        return loop.passSecond();
    }

    /** Packets since the start. */
    long published() {
        return source.sealed();
    }

    /** Fails when a packet was dropped or an error was hidden. */
    void requireNoLoss() {
        loop.requireForwarded(0);
    }

    @Override
    public void close() {
        source.close();
        loop.close();
    }
}
