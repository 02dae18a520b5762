package dev.sluice.engine.net;

import dev.sluice.engine.dtls.DtlsEndpoint;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpProfile;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** A handshake that is over with its first datagram and gives keys made from a seed. Confined to one thread. */
final class TestKeys implements DtlsEndpoint {
    private final SrtpKeys keys;
    private State state = State.WAITING;

    TestKeys(SrtpProfile profile, long seed) {
        keys = of(profile, seed);
    }

    /** As the server has them: the remote's own are those called remote. */
    static SrtpKeys of(SrtpProfile profile, long seed) {
        Random random = new Random(seed);
        return new SrtpKeys(
                profile,
                bytes(random, profile.keyLengthBytes()),
                bytes(random, profile.saltLengthBytes()),
                bytes(random, profile.keyLengthBytes()),
                bytes(random, profile.saltLengthBytes()));
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public int onDatagram(MemorySegment segment, long offset, int lengthBytes, long nowNs) {
        state = State.CONNECTED;
        return 0;
    }

    @Override
    public int pollOutbound(MemorySegment to, long offset, int roomBytes) {
        return 0;
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public long waitedNs(long nowNs) {
        return 0;
    }

    @Override
    public String failure() {
        return null;
    }

    @Override
    public SrtpKeys takeKeys() {
        return keys;
    }

    @Override
    public void close() {
        state = State.CLOSED;
    }
}
