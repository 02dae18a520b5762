package dev.sluice.engine.peer;

import dev.sluice.engine.buffer.EgressBatch;
import dev.sluice.engine.sdp.CodecFormat;
import dev.sluice.engine.sdp.HeaderExtensions;
import dev.sluice.engine.sdp.MediaKind;
import dev.sluice.engine.sdp.PlayTrack;
import dev.sluice.engine.sdp.PublishTrack;
import dev.sluice.natives.srtp.SrtpProvider;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One loop with its peers and their remotes, in virtual time. Confined to one test. */
final class Network {
    static final CodecFormat OPUS = new CodecFormat(MediaKind.AUDIO, "opus", 48_000, 2, "");
    static final CodecFormat VP8 = new CodecFormat(MediaKind.VIDEO, "VP8", 90_000, 0, "");
    static final long AUDIO_SSRC = 111;
    static final long VIDEO_SSRC = 222;
    static final long RTX_SSRC = 333;
    static final int RTX_TYPE = 97;
    private static final long MS = 1_000_000L;

    final TestSink sink = new TestSink();
    final LiveStream stream = new LiveStream("s");
    final List<RemotePeer> remotes = new ArrayList<>();
    private final Draws random = new Draws(7);
    private final SrtpProvider srtp;
    private int nextPort = 1000;
    /** Players know retransmissions by it; −1 for players that want repeats. */
    int playerRtxType = RTX_TYPE;

    static final long START_NS = 1_000_000_000_000L;
    static final long UNIX_NS = 1_700_000_000_000_000_000L;
    long nowNs = START_NS;

    LogMemory logMemory = LogMemory.defaults();

    Network() {
        this(RemotePeer.JDK);
    }

    /** @param srtp of the server's side */
    Network(SrtpProvider srtp) {
        this.srtp = srtp;
        sink.onFlush = this::deliver;
    }

    private void deliver(EgressBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            for (RemotePeer remote : remotes) {
                if (remote.isFor(batch.destination(i))) {
                    remote.receive(batch, i, nowNs);
                }
            }
        }
    }

    /** A connected publisher of Opus and VP8 whose publication players read. */
    RemotePeer publisher() {
        return publisher(stream);
    }

    RemotePeer publisher(LiveStream of) {
        return publisher(of, video());
    }

    RemotePeer publisher(LiveStream of, PublishTrack video) {
        RemotePeer remote = add(new Publisher(
                of, List.of(audio(), video), logMemory, sink, 99, "server".getBytes(StandardCharsets.US_ASCII), nowNs));
        remote.connect(nowNs);
        of.publish(remote.peer.publisher().publication());
        return remote;
    }

    RemotePeer player() {
        return player(stream);
    }

    RemotePeer player(LiveStream of) {
        RemotePeer remote = addPlayer(of);
        remote.connect(nowNs);
        return remote;
    }

    /** Not connected yet. */
    RemotePeer addPlayer() {
        return addPlayer(stream);
    }

    private RemotePeer addPlayer(LiveStream of) {
        return addPlayer(of, HeaderExtensions.NONE);
    }

    /** Not connected yet; with these ids of header extensions. */
    RemotePeer addPlayer(LiveStream of, HeaderExtensions ids) {
        Player player = new Player(
                of,
                "server".getBytes(StandardCharsets.US_ASCII),
                new dev.sluice.engine.rtcp.NtpTime(UNIX_NS, START_NS),
                random);
        configure(player, ids, ids);
        RemotePeer remote = new RemotePeer("player-" + nextPort, nextPort++, sink, srtp, null, player, nowNs);
        remotes.add(remote);
        return remote;
    }

    /** Negotiates a player's tracks, at first or anew. */
    void configure(Player player, HeaderExtensions sound, HeaderExtensions picture) {
        player.configure(
                List.of(
                        new PlayTrack(MediaKind.AUDIO, "0", OPUS, 111, -1, 5_001, sound, false, false, false, -1, -1),
                        new PlayTrack(
                                MediaKind.VIDEO,
                                "1",
                                VP8,
                                96,
                                -1,
                                5_002,
                                picture,
                                true,
                                true,
                                true,
                                playerRtxType,
                                5_003)),
                true);
    }

    RemotePeer add(Publisher publisher) {
        RemotePeer remote = new RemotePeer("publisher-" + nextPort, nextPort++, sink, srtp, publisher, null, nowNs);
        remotes.add(remote);
        return remote;
    }

    static PublishTrack audio() {
        return new PublishTrack(
                MediaKind.AUDIO,
                "0",
                OPUS,
                111,
                -1,
                List.of(AUDIO_SSRC),
                HeaderExtensions.NONE,
                false,
                false,
                false,
                false,
                false,
                -1);
    }

    static PublishTrack video() {
        return video(HeaderExtensions.NONE);
    }

    static PublishTrack video(HeaderExtensions ids) {
        return new PublishTrack(
                MediaKind.VIDEO, "1", VP8, 96, -1, List.of(VIDEO_SSRC), ids, true, true, false, false, false, -1);
    }

    /** {@link #video()}, from a publisher that sends lost packets again as {@link #RTX_TYPE}, or repeats them for −1. */
    static PublishTrack repairedVideo(int rtxPayloadType) {
        return new PublishTrack(
                MediaKind.VIDEO,
                "1",
                VP8,
                96,
                -1,
                List.of(VIDEO_SSRC),
                HeaderExtensions.NONE,
                true,
                true,
                false,
                false,
                true,
                rtxPayloadType);
    }

    /** The packet as it is sent again (RFC 4588 section 4). */
    static byte[] rtx(byte[] packet, int sequence) {
        byte[] rtx = ByteBuffer.allocate(packet.length + 2)
                .put(packet, 0, 12)
                .put(packet, 2, 2)
                .put(packet, 12, packet.length - 12)
                .array();
        rtx[1] = (byte) (packet[1] & 0x80 | RTX_TYPE);
        rtx[2] = (byte) (sequence >> 8);
        rtx[3] = (byte) sequence;
        ByteBuffer.wrap(rtx).putInt(8, (int) RTX_SSRC);
        return rtx;
    }

    /** Runs the fan-out, then every peer whose time has come, and delivers. */
    void cycle() {
        for (RemotePeer remote : remotes) {
            if (remote.peer.publisher() != null) {
                remote.peer.tellReaders(nowNs);
            }
        }
        sink.fanout.run(nowNs, sink);
        for (RemotePeer remote : remotes) {
            if (!remote.peer.isEnded() && nowNs - remote.peer.deadlineNs(nowNs) >= 0) {
                remote.peer.onTimeout(nowNs, sink);
            }
        }
        sink.flush();
    }

    /** Lets this much time pass in steps of 10 ms; remotes named here keep their consent fresh. */
    void pass(long ms, RemotePeer... alive) {
        for (long at = 0; at < ms; at += 10) {
            nowNs += Math.min(10, ms - at) * MS;
            if (at % 2_000 == 0) {
                for (RemotePeer remote : alive) {
                    remote.check(nowNs);
                }
            }
            cycle();
        }
    }

    static byte[] rtp(int payloadType, int sequence, long timestamp, long ssrc, boolean marker, byte... payload) {
        return ByteBuffer.allocate(12 + payload.length)
                .put((byte) 0x80)
                .put((byte) (payloadType | (marker ? 0x80 : 0)))
                .putShort((short) sequence)
                .putInt((int) timestamp)
                .putInt((int) ssrc)
                .put(payload)
                .array();
    }

    static byte[] opus(int sequence, long timestamp) {
        return rtp(111, sequence, timestamp, AUDIO_SSRC, false, (byte) 0xfc, (byte) (sequence >> 8), (byte) sequence);
    }

    /**
     * A VP8 packet of one partition: payload descriptor with a 15-bit picture id (RFC 7741 section 4.2), then the frame
     * header whose lowest bit is 0 for a key frame (RFC 6386 section 9.1).
     */
    static byte[] vp8(int sequence, long timestamp, int pictureId, boolean keyFrame) {
        byte[] head = {(byte) 0x90, (byte) 0x80, (byte) (0x80 | pictureId >> 8), (byte) pictureId};
        byte[] frame = keyFrame
                ? new byte[] {0x10, 0, 0, (byte) 0x9d, 0x01, 0x2a, (byte) 0x80, 2, 0x68, 1, 1, 2}
                : new byte[] {0x11, 0, 0, 1, 2};
        return rtp(
                96,
                sequence,
                timestamp,
                VIDEO_SSRC,
                true,
                ByteBuffer.allocate(head.length + frame.length)
                        .put(head)
                        .put(frame)
                        .array());
    }

    static List<RemotePeer.Received> of(RemotePeer remote, int payloadType) {
        return remote.rtp.stream()
                .filter(packet -> packet.payloadType() == payloadType)
                .toList();
    }
}
