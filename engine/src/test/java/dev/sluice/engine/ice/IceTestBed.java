package dev.sluice.engine.ice;

import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.buffer.IngressBatch;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.stun.StunTestClient;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One agent with memory around it and a clock that tests set. Confined to its test's thread. */
final class IceTestBed implements AutoCloseable {
    static final IceCredentials FIRST = new IceCredentials("AbCd+/12", "firstPasswordOf24Chars++");
    static final IceCredentials SECOND = new IceCredentials("EfGh+/34", "secondPasswordOf24Chars+");
    static final IceCredentials THIRD = new IceCredentials("IjKl+/56", "thirdPasswordOf24Chars++");

    static final long SECOND_NS = 1_000_000_000L;
    /** Near the wrap of a signed long, where comparing instead of subtracting would fail. */
    static final long START_NS = Long.MAX_VALUE - 5 * SECOND_NS;

    final EgressBatch egress;
    final MemorySegment in;
    final IceAgent agent;
    long nowNs = START_NS;

    private final Arena arena = Arena.ofConfined();

    IceTestBed() {
        this(FIRST);
    }

    IceTestBed(IceCredentials credentials) {
        egress = new EgressBatch(arena);
        in = arena.allocate(IngressBatch.SLOT_BYTES);
        agent = new IceAgent(credentials, nowNs);
    }

    static StunTestClient client(IceCredentials server) {
        return new StunTestClient(server.ufrag(), server.password(), "cLnt");
    }

    static RemoteAddress address(int number) {
        return new RemoteAddress(0, RemoteAddress.v4Mapped(0xC0000200 + number), 40_000 + number, 0);
    }

    /** Hands a datagram to the agent; answers of before are forgotten. */
    int send(byte[] datagram, RemoteAddress from) {
        egress.clear();
        // At an odd offset, as nothing promises alignment.
        MemorySegment.copy(datagram, 0, in, ValueLayout.JAVA_BYTE, 1, datagram.length);
        return agent.onDatagram(
                in, 1, datagram.length, from.high(), from.low(), from.port(), from.localIndex(), nowNs, egress);
    }

    /** The one answer to the last datagram. */
    byte[] answer() {
        if (egress.size() != 1) {
            throw new AssertionError(egress.size() + " answers");
        }
        byte[] bytes = new byte[egress.length(0)];
        Bytes.copy(egress.segment(), egress.offset(0), MemorySegment.ofArray(bytes), 0, bytes.length);
        return bytes;
    }

    void passSeconds(long seconds) {
        nowNs += seconds * SECOND_NS;
    }

    @Override
    public void close() {
        arena.close();
    }
}
