package dev.sluice.engine.stun;

import dev.sluice.engine.buffer.Bytes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * A controlling full agent's checks (RFC 8445 section 7.2.2): Binding requests with USE-CANDIDATE, and whether an answer is
 * theirs. Confined to one thread.
 */
public final class BindingClient {
    /** Longer than any request with a USERNAME of at most 256 bytes. */
    public static final int MAX_BYTES = 400;

    private static final int ICE_CONTROLLING = 0x802A;
    /** A host candidate's, of type preference 110 (RFC 8445 section 5.1.2.1). */
    private static final int HOST_PRIORITY = 0x6e00_01ff;

    private final byte[] username;
    private final StunAuthenticator remote;
    private final long tieBreaker;
    private long transaction;

    /** @param tieBreaker random; also the upper part of the transaction ids */
    public BindingClient(String remoteUfrag, String remotePassword, String localUfrag, long tieBreaker) {
        this.username = (remoteUfrag + ":" + localUfrag).getBytes(StandardCharsets.UTF_8);
        this.remote = new StunAuthenticator(remotePassword);
        this.tieBreaker = tieBreaker;
    }

    /** Writes a request with a new transaction id; its length in bytes. */
    public int write(MemorySegment to, long offset) {
        transaction++;
        Bytes.put16(to, offset, Stun.BINDING_REQUEST);
        Bytes.put16(to, offset + 2, 0);
        Bytes.put32(to, offset + 4, Stun.MAGIC_COOKIE);
        Bytes.put64(to, offset + 8, tieBreaker);
        Bytes.put32(to, offset + 16, transaction);
        long at = attribute(to, offset + Stun.HEADER_BYTES, Stun.USERNAME, username.length);
        Bytes.put32(to, at + (username.length & ~3), 0);
        MemorySegment.copy(username, 0, to, ValueLayout.JAVA_BYTE, at, username.length);
        at = attribute(to, at + Stun.paddedBytes(username.length), Stun.PRIORITY, 4);
        Bytes.put32(to, at, HOST_PRIORITY);
        at = attribute(to, at + 4, ICE_CONTROLLING, 8);
        Bytes.put64(to, at, tieBreaker);
        at = attribute(to, at + 8, Stun.USE_CANDIDATE, 0);
        int signedBytes = remote.appendIntegrity(to, offset, (int) (at - offset));
        return remote.appendFingerprint(to, offset, signedBytes);
    }

    private static long attribute(MemorySegment to, long at, int type, int valueBytes) {
        Bytes.put16(to, at, type);
        Bytes.put16(to, at + 2, valueBytes);
        return at + Stun.ATTRIBUTE_HEADER_BYTES;
    }

    /** Whether a parsed message is the success of one of the requests, made with the right password. */
    public boolean isSuccess(StunMessage message) {
        MemorySegment segment = message.segment();
        long offset = message.offset();
        return Bytes.u16(segment, offset) == Stun.BINDING_SUCCESS
                && Bytes.i64(segment, offset + 8) == tieBreaker
                && remote.isAuthentic(message);
    }
}
