package dev.sluice.engine.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.engine.buffer.Bytes;
import dev.sluice.engine.buffer.RemoteAddress;
import dev.sluice.engine.dtls.DtlsCertificate;
import dev.sluice.engine.dtls.DtlsEndpoint;
import dev.sluice.engine.dtls.DtlsServer;
import dev.sluice.engine.dtls.HandshakeQueue;
import dev.sluice.engine.ice.IceCredentials;
import dev.sluice.engine.metrics.DropReason;
import dev.sluice.engine.stun.StunTestClient;
import dev.sluice.natives.srtp.SrtpProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The whole way of a datagram into a peer: whatever bytes come in whatever order, nothing throws, no peer ends by them, and
 * what a player gets is well formed ({@link RemotePeer#receive} looks at it). SRTP leaves packets as they are here, so the
 * parsers behind it see what the fuzzer writes, as if by a hostile publisher that has the keys.
 *
 * <p>An input is a list of datagrams: a byte that says to whom and how, two of length, the bytes.
 */
class PeerFuzzTest {
    private static final int MAX_DATAGRAM_BYTES = 1_500;
    private static final int MAX_INPUT_BYTES = 16 << 10;
    private static final RemoteAddress ELSEWHERE = new RemoteAddress(0, RemoteAddress.v4Mapped(0x0a00_00ff), 9, 0);
    private static final DtlsServer DTLS = new DtlsServer(
            DtlsCertificate.generate(new SecureRandom()),
            new SecureRandom(),
            EnumSet.allOf(SrtpProfile.class),
            1,
            () -> {});

    private enum To {
        PUBLISHER,
        PLAYER,
        /** One without keys, so that DTLS is awaited. */
        NEWCOMER,
        PUBLISHER_FROM_ELSEWHERE
    }

    @FuzzTest
    void shouldNeverThrowWhateverDatagramsCome(byte[] input) {
        run(input);
    }

    /** Real datagrams of all captures with some bytes changed, in any order. Seeded, so repeatable. */
    @Test
    void shouldNeverThrowWhenRealDatagramsAreMutated() {
        List<byte[]> real = captured();
        // As many again of a publisher that the peer knows by its SSRCs.
        for (int i = real.size(); i > 0; i--) {
            real.add(i % 3 == 0 ? Network.opus(i, i * 960L) : Network.vp8(i, i * 3_000L, i, i % 5 == 0));
        }
        long seed = 20_261_121;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 400; round++) {
            ByteBuffer input = ByteBuffer.allocate(MAX_INPUT_BYTES);
            while (true) {
                byte[] datagram = real.get(random.nextInt(real.size())).clone();
                for (int n = random.nextInt(6); n > 0; n--) {
                    datagram[random.nextInt(datagram.length)] = (byte) random.nextInt();
                }
                if (input.remaining() < 3 + datagram.length) {
                    break;
                }
                input.put((byte) random.nextInt(4))
                        .putShort((short) datagram.length)
                        .put(datagram);
            }
            try {
                run(Arrays.copyOf(input.array(), input.position()));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }

    private static void run(byte[] input) {
        Network network = new Network(new NoCipher());
        network.sink.onFlush = null;
        RemotePeer publisher = network.publisher();
        RemotePeer player = network.player();
        Newcomer newcomer = new Newcomer(network);
        network.sink.onFlush = batch -> {
            for (int i = 0; i < batch.size(); i++) {
                checkSent(batch.segment().asSlice(batch.offset(i), batch.length(i)));
            }
        };
        ByteBuffer in = ByteBuffer.wrap(input, 0, Math.min(input.length, MAX_INPUT_BYTES));
        while (in.remaining() >= 3) {
            To to = To.values()[in.get() & 3];
            byte[] datagram = new byte[Math.min(in.getShort() & 0x7ff, Math.min(MAX_DATAGRAM_BYTES, in.remaining()))];
            in.get(datagram);
            if (datagram.length == 0) {
                continue; // The loop drops these before it looks for a peer.
            }
            network.nowNs += 1_000_000;
            int code =
                    switch (to) {
                        case PUBLISHER -> publisher.send(datagram, network.nowNs);
                        case PUBLISHER_FROM_ELSEWHERE -> publisher.send(datagram, ELSEWHERE, network.nowNs);
                        case PLAYER -> player.send(datagram, network.nowNs);
                        case NEWCOMER -> newcomer.send(datagram);
                    };
            if (code < 0) {
                DropReason.ofCode(code);
            }
            network.cycle();
        }
        network.pass(1_100, publisher, player);
        assertFalse(publisher.peer.isEnded());
        assertFalse(player.peer.isEnded());
        publisher.peer.end(PeerEnd.ASKED, network.nowNs, network.sink);
        player.peer.end(PeerEnd.ASKED, network.nowNs, network.sink);
        newcomer.close();
        publisher.close();
        player.close();
    }

    /** STUN of a right length, a DTLS record, or RTP and RTCP whose parts fit. */
    private static void checkSent(MemorySegment datagram) {
        int first = Bytes.u8(datagram, 0);
        int length = (int) datagram.byteSize();
        if (first < 4) {
            assertEquals(length - 20, Bytes.u16(datagram, 2));
        } else if (first >= 128) {
            assertEquals(2, first >> 6);
            boolean rtcp = (Bytes.u8(datagram, 1) & 0xe0) == 0xc0;
            if (!rtcp) {
                int header = 12 + ((first & 0x10) == 0 ? 0 : 4 + 4 * Bytes.u16(datagram, 14));
                int padding = (first & 0x20) == 0 ? 0 : Bytes.u8(datagram, length - 1);
                assertFalse(header + padding > length, "parts do not fit");
            }
        }
    }

    /** A publisher whose ICE is up and whose DTLS is real. */
    private static final class Newcomer {
        private final Network network;
        private final Peer peer;
        private final MemorySegment scratch = Arena.ofAuto().allocate(2048, 8);

        Newcomer(Network network) {
            this.network = network;
            IceCredentials local = IceCredentials.generate(new Random(5));
            DtlsEndpoint dtls = DTLS.open(
                    List.of(DTLS.certificate().fingerprint()),
                    new HandshakeQueue(HandshakeQueue.STARTS_PER_SECOND),
                    () -> {});
            peer = new Peer(
                    "newcomer",
                    local,
                    (fingerprints, progress) -> dtls,
                    new NoCipher(),
                    p -> {},
                    new Publisher(
                            new LiveStream("n"),
                            List.of(Network.audio()),
                            LogMemory.defaults(),
                            network.sink,
                            98,
                            new byte[] {'x'},
                            network.nowNs),
                    null,
                    network.nowNs);
            peer.onRemote(List.of(DTLS.certificate().fingerprint()), network.nowNs, network.sink);
            send(new StunTestClient(local.ufrag(), local.password(), "remote").nominate());
        }

        int send(byte[] datagram) {
            MemorySegment.copy(datagram, 0, scratch, ValueLayout.JAVA_BYTE, 0, datagram.length);
            return peer.onDatagram(scratch, 0, datagram.length, 0, 77, 7, 0, network.nowNs, network.sink);
        }

        void close() {
            peer.end(PeerEnd.ASKED, network.nowNs, network.sink);
        }
    }

    private static List<byte[]> captured() {
        List<byte[]> all = new ArrayList<>();
        try (Stream<Path> files =
                Files.list(Path.of(PeerFuzzTest.class.getResource("/wire").toURI()))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".datagrams"))
                    .sorted()
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    String[] fields = line.split(" ", -1);
                    if (fields.length == 3 && !line.startsWith("#")) {
                        all.add(HexFormat.of().parseHex(fields[2]));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
        return all;
    }
}
