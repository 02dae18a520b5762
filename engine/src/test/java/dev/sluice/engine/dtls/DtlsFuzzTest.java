package dev.sluice.engine.dtls;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.engine.dtls.DtlsEndpoint.State;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.natives.srtp.SrtpProfile;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Any datagrams, and real ones with wrong bytes: no exception, no keys, no thread left. */
class DtlsFuzzTest {
    private static final DtlsCertificate CERTIFICATE = DtlsCertificate.generate(new SecureRandom());
    private static final DtlsServer SERVER =
            new DtlsServer(CERTIFICATE, new SecureRandom(), EnumSet.allOf(SrtpProfile.class), 64, () -> {});
    private static final Runnable NOBODY = () -> {};

    @FuzzTest
    void shouldNeverThrowWhenGivenAnyBytes(byte[] data) {
        DtlsEndpoint endpoint = SERVER.open(
                List.of(CERTIFICATE.fingerprint()), new HandshakeQueue(HandshakeQueue.STARTS_PER_SECOND), NOBODY);
        long nowNs = 0;
        // The first byte of each piece says how long it is, so that one input makes several datagrams.
        for (int at = 0; at < data.length; ) {
            int to = Math.min(data.length, at + 1 + 4 * (data[at] & 0xff));
            feed(endpoint, Arrays.copyOfRange(data, at, to), nowNs += 50_000_000);
            at = to;
        }
        end(endpoint);
    }

    @Test
    void shouldNeverThrowWhenRealFlightsAreMutated() {
        List<DtlsWire> wires = DtlsWire.all();
        long seed = 20_261_121;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2_000; i++) {
            DtlsEndpoint endpoint = SERVER.open(
                    List.of(CERTIFICATE.fingerprint()), new HandshakeQueue(HandshakeQueue.STARTS_PER_SECOND), NOBODY);
            try {
                long nowNs = 0;
                for (byte[] datagram : wires.get(random.nextInt(wires.size())).datagrams()) {
                    byte[] mutated = datagram.clone();
                    for (int n = random.nextInt(4); n > 0; n--) {
                        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
                    }
                    feed(endpoint, mutated, nowNs += 50_000_000);
                }
                end(endpoint);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", input " + i, e);
            }
        }
    }

    private static void feed(DtlsEndpoint endpoint, byte[] datagram, long nowNs) {
        int code = endpoint.onDatagram(MemorySegment.ofArray(datagram), 0, datagram.length, nowNs);
        if (code > 0) {
            throw new AssertionError("code " + code);
        }
        if (code < 0) {
            DropReason.ofCode(code);
        }
    }

    private static void end(DtlsEndpoint endpoint) {
        if (endpoint.state() == State.CONNECTED || endpoint.takeKeys() != null) {
            throw new AssertionError("connected without a client");
        }
        endpoint.close();
        long deadlineNs = System.nanoTime() + 10_000_000_000L;
        while (SERVER.threads() > 0) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("a thread stays");
            }
            Thread.onSpinWait();
        }
    }
}
