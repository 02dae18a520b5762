package dev.sluice.engine.dtls;

import static dev.sluice.engine.dtls.MessageAssembler.MESSAGE_HEADER_BYTES;
import static dev.sluice.engine.dtls.MessageAssembler.RECORD_HEADER_BYTES;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.metrics.DropReason;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The gate before Bouncy Castle: takes a client's datagrams apart, lets pass only what this moment of the handshake can use,
 * reassembles and orders the messages, and gives them on as one whole message a record, with record numbers of its own.
 * Confined to one media loop.
 *
 * <p>A client of ours can send but four plaintext messages, and which one has which number is fixed, because our side of
 * the handshake never varies: 0 ClientHello, 1 Certificate, 2 ClientKeyExchange, 3 CertificateVerify. So memory is bounded
 * by four messages of {@link #MAX_MESSAGE_BYTES} and {@link #MAX_HELD} small encrypted records, whatever is declared
 * (bctls 1.84 allocates what a fragment's head declares, 16 × 16 MiB: CVE-2026-59646), and CPU by the bytes that come.
 *
 * <p>Encrypted records (epoch 1) that overtake the messages before them are held until CertificateVerify is through; the
 * ChangeCipherSpec in front of them is written here. The client's own is ignored: it says nothing that the epoch does not,
 * and Bouncy Castle, which switches epochs by it at once, would drop a CertificateVerify that comes after it for ever.
 */
final class DtlsFilter {
    static final int CHANGE_CIPHER_SPEC = 20;
    static final int ALERT = 21;
    static final int HANDSHAKE = 22;
    static final int DTLS_1_2 = 0xfefd;
    private static final int DTLS_1_0 = 0xfeff;

    /** A hello with a post-quantum key share has 1.5 KB, an RSA 4096 certificate 1.3. */
    static final int MAX_MESSAGE_BYTES = 8 * 1024;
    /** Finished and alerts under AES-GCM have 48 and 26 bytes. */
    static final int MAX_ENCRYPTED_BYTES = 256;
    /** Explicit nonce, one byte and tag (RFC 5288 section 3). */
    private static final int MIN_ENCRYPTED_BYTES = 8 + 1 + 16;

    static final int MAX_HELD = 4;
    /** A repeated hello asks for our flight again; Chromium repeats after 50 ms. */
    private static final long MIN_REPEAT_NS = 40_000_000;
    /**
     * Between two encrypted records of a connected client that are looked at. Each costs its owner's loop a decryption,
     * forged or not, and 40 fit a datagram. An honest client sends its Finished once more or one alert; when its
     * close_notify falls under this, consent runs out instead (RFC 7675).
     */
    static final long MIN_OPEN_INTERVAL_NS = 10_000_000;

    /** The client's plaintext messages by number: RFC 5246 section 7.4. */
    private static final int[] TYPES = {1, 11, 16, 15};

    private static final byte[][] NOTHING_HELD = {};
    private static final int OK = 0;

    /** Which records may come now. */
    private enum Phase {
        HELLO,
        FLIGHT,
        CONNECTED
    }

    private final MessageAssembler[] assemblers = new MessageAssembler[TYPES.length];
    private Phase phase = Phase.HELLO;
    /** Number of the next message to give on. */
    private int next;

    private long recordSequence;
    private byte[] hello;
    private long helloNs;
    private byte[][] held = NOTHING_HELD;
    private int heldCount;
    private boolean cipherChanged;
    private int remoteAlert = -1;
    private boolean openedBefore;
    private long openedNs;

    /** Starts over: the hello given on was refused. */
    void restart() {
        release();
        phase = Phase.HELLO;
        next = 0;
        recordSequence = 0;
        cipherChanged = false;
    }

    /** From now on only encrypted alerts and handshake records pass. */
    void connected() {
        if (phase != Phase.CONNECTED) {
            release();
            phase = Phase.CONNECTED;
        }
    }

    /** Forgets all that was kept. */
    void release() {
        for (int i = 0; i < assemblers.length; i++) {
            assemblers[i] = null;
        }
        hello = null;
        held = NOTHING_HELD;
        heldCount = 0;
    }

    /** The last plaintext alert's description (RFC 5246 section 7.2), or −1. Anyone can forge it: good for a message only. */
    int remoteAlert() {
        return remoteAlert;
    }

    /**
     * One datagram of records (RFC 6347 section 4.1).
     *
     * @return 0, or the code of the first drop in it
     */
    int onDatagram(MemorySegment segment, long offset, int lengthBytes, long nowNs, RecordSink sink) {
        int result = OK;
        long at = offset;
        long end = offset + lengthBytes;
        do {
            if (end - at < RECORD_HEADER_BYTES) {
                return firstOf(result, DropReason.DTLS_MALFORMED.code());
            }
            int version = Bytes.u16(segment, at + 1);
            int recordBytes = Bytes.u16(segment, at + 11);
            if ((version != DTLS_1_2 && version != DTLS_1_0) || end - at < RECORD_HEADER_BYTES + recordBytes) {
                return firstOf(result, DropReason.DTLS_MALFORMED.code());
            }
            result = firstOf(result, onRecord(segment, at, recordBytes, nowNs, sink));
            at += RECORD_HEADER_BYTES + recordBytes;
        } while (at < end);
        return result;
    }

    private int onRecord(MemorySegment segment, long at, int bodyBytes, long nowNs, RecordSink sink) {
        int type = Bytes.u8(segment, at);
        int epoch = Bytes.u16(segment, at + 3);
        if (epoch == 1) {
            return onEncrypted(type, segment, at, bodyBytes, nowNs, sink);
        }
        if (epoch != 0 || phase == Phase.CONNECTED) {
            return DropReason.DTLS_NOT_EXPECTED.code();
        }
        long body = at + RECORD_HEADER_BYTES;
        return switch (type) {
            case HANDSHAKE -> onFragments(segment, body, bodyBytes, nowNs, sink);
            case CHANGE_CIPHER_SPEC -> phase == Phase.FLIGHT ? OK : DropReason.DTLS_NOT_EXPECTED.code();
            case ALERT -> {
                if (bodyBytes == 2) {
                    remoteAlert = Bytes.u8(segment, body + 1);
                }
                yield DropReason.DTLS_NOT_EXPECTED.code();
            }
            default -> DropReason.DTLS_NOT_EXPECTED.code();
        };
    }

    private int onFragments(MemorySegment segment, long offset, int lengthBytes, long nowNs, RecordSink sink) {
        int result = OK;
        long at = offset;
        long end = offset + lengthBytes;
        do {
            if (end - at < MESSAGE_HEADER_BYTES) {
                return firstOf(result, DropReason.DTLS_MALFORMED.code());
            }
            int fragmentBytes = Bytes.u24(segment, at + 9);
            if (end - at < MESSAGE_HEADER_BYTES + fragmentBytes) {
                return firstOf(result, DropReason.DTLS_MALFORMED.code());
            }
            result = firstOf(result, onFragment(segment, at, fragmentBytes, nowNs, sink));
            at += MESSAGE_HEADER_BYTES + fragmentBytes;
        } while (at < end);
        return result;
    }

    private int onFragment(MemorySegment segment, long at, int fragmentBytes, long nowNs, RecordSink sink) {
        int messageBytes = Bytes.u24(segment, at + 1);
        int number = Bytes.u16(segment, at + 4);
        int fragmentOffset = Bytes.u24(segment, at + 6);
        if (messageBytes > MAX_MESSAGE_BYTES || number >= TYPES.length) {
            return DropReason.DTLS_FRAGMENT_BOUND.code();
        }
        // None of the four messages is ever empty, so an empty fragment is none either.
        if (fragmentBytes == 0 || fragmentOffset + fragmentBytes > messageBytes) {
            return DropReason.DTLS_MALFORMED.code();
        }
        if (Bytes.u8(segment, at) != TYPES[number] || (phase == Phase.HELLO && number != 0)) {
            return DropReason.DTLS_NOT_EXPECTED.code();
        }
        if (number < next) {
            return number == 0 && fragmentOffset == 0 ? onHelloRepeated(nowNs, sink) : OK;
        }
        if (assemblers[number] == null) {
            assemblers[number] = new MessageAssembler();
        }
        assemblers[number].add(messageBytes, fragmentOffset, segment, at + MESSAGE_HEADER_BYTES, fragmentBytes);
        return giveCompleteOn(nowNs, sink);
    }

    private int giveCompleteOn(long nowNs, RecordSink sink) {
        while (next < TYPES.length && assemblers[next] != null && assemblers[next].isComplete()) {
            byte[] record = assemblers[next].take(TYPES[next], next, recordSequence);
            assemblers[next] = null;
            if (next == 0) {
                hello = record.clone();
                helloNs = nowNs;
            } else {
                hello = null;
            }
            int code = sink.onRecord(record, nowNs);
            if (code < 0) {
                // For a hello only: the queue behind has room for all four messages. The client will send it again.
                hello = null;
                return code;
            }
            phase = Phase.FLIGHT;
            recordSequence++;
            next++;
        }
        return next == TYPES.length && heldCount > 0 ? giveHeldOn(nowNs, sink) : OK;
    }

    /** The client did not get our flight: Bouncy Castle sends it again when it sees the hello again. */
    private int onHelloRepeated(long nowNs, RecordSink sink) {
        if (hello == null || nowNs - helloNs < MIN_REPEAT_NS) {
            return OK;
        }
        helloNs = nowNs;
        byte[] again = hello.clone();
        MessageAssembler.writeRecordHeader(again, HANDSHAKE, recordSequence++);
        return sink.onRecord(again, nowNs);
    }

    private int onEncrypted(int type, MemorySegment segment, long at, int bodyBytes, long nowNs, RecordSink sink) {
        if (phase == Phase.HELLO || (type != HANDSHAKE && type != ALERT)) {
            return DropReason.DTLS_NOT_EXPECTED.code();
        }
        if (bodyBytes < MIN_ENCRYPTED_BYTES || bodyBytes > MAX_ENCRYPTED_BYTES) {
            return DropReason.DTLS_MALFORMED.code();
        }
        if (phase == Phase.CONNECTED) {
            if (openedBefore && nowNs - openedNs < MIN_OPEN_INTERVAL_NS) {
                return DropReason.DTLS_QUEUE_FULL.code();
            }
            openedBefore = true;
            openedNs = nowNs;
        }
        byte[] record = new byte[RECORD_HEADER_BYTES + bodyBytes];
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, at, record, 0, record.length);
        if (phase == Phase.CONNECTED) {
            return sink.onRecord(record, nowNs);
        }
        if (next < TYPES.length) {
            if (heldCount == MAX_HELD) {
                return DropReason.DTLS_FRAGMENT_BOUND.code();
            }
            if (held.length == 0) {
                held = new byte[MAX_HELD][];
            }
            held[heldCount++] = record;
            return OK;
        }
        return giveEncryptedOn(record, nowNs, sink);
    }

    private int giveHeldOn(long nowNs, RecordSink sink) {
        int result = OK;
        for (int i = 0; i < heldCount; i++) {
            result = firstOf(result, giveEncryptedOn(held[i], nowNs, sink));
        }
        held = NOTHING_HELD;
        heldCount = 0;
        return result;
    }

    private int giveEncryptedOn(byte[] record, long nowNs, RecordSink sink) {
        if (!cipherChanged) {
            byte[] changeCipherSpec = new byte[RECORD_HEADER_BYTES + 1];
            MessageAssembler.writeRecordHeader(changeCipherSpec, CHANGE_CIPHER_SPEC, recordSequence++);
            changeCipherSpec[RECORD_HEADER_BYTES] = 1;
            int code = sink.onRecord(changeCipherSpec, nowNs);
            if (code < 0) {
                return code;
            }
            cipherChanged = true;
        }
        return sink.onRecord(record, nowNs);
    }

    private static int firstOf(int result, int code) {
        return result < 0 ? result : code;
    }
}
