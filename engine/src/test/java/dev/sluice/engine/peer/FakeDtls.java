package dev.sluice.engine.peer;

import dev.sluice.engine.dtls.DtlsEndpoint;
import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpProfile;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** A handshake that is over with its first datagram, or waits for its turn for ever, and keys that both sides know. Confined to one test. */
final class FakeDtls implements DtlsEndpoint {
    private final SrtpKeys keys;
    private State state = State.WAITING;
    boolean closed;
    /** Set to let the first datagram wait instead, and to say that it has waited so long. */
    long waitedNs;

    FakeDtls(SrtpKeys keys) {
        this.keys = keys;
    }

    /** The server's view; the client's has both directions exchanged. */
    static SrtpKeys keys(SrtpProfile profile, long seed) {
        Random random = new Random(seed);
        byte[][] parts = {
            new byte[profile.keyLengthBytes()], new byte[profile.saltLengthBytes()],
            new byte[profile.keyLengthBytes()], new byte[profile.saltLengthBytes()]
        };
        for (byte[] part : parts) {
            random.nextBytes(part);
        }
        return new SrtpKeys(profile, parts[0], parts[1], parts[2], parts[3]);
    }

    @Override
    public int onDatagram(MemorySegment segment, long offset, int lengthBytes, long nowNs) {
        state = waitedNs > 0 ? State.QUEUED : State.CONNECTED;
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
        return waitedNs;
    }

    @Override
    public String failure() {
        return "";
    }

    @Override
    public SrtpKeys takeKeys() {
        return keys;
    }

    @Override
    public void close() {
        closed = true;
    }

    /** As if the remote had sent close_notify. */
    void closeByRemote() {
        state = State.CLOSED;
    }
}
