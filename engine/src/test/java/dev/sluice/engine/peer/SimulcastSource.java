package dev.sluice.engine.peer;

import dev.sluice.engine.rtcp.RtcpReader;
import dev.sluice.engine.rtp.ExtensionType;
import dev.sluice.engine.sdp.HeaderExtensions;
import dev.sluice.engine.sdp.MediaKind;
import dev.sluice.engine.sdp.PublishTrack;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A browser that publishes VP8 in several layers, each with an SSRC, a timestamp and a picture id of its own. Confined to one test. */
final class SimulcastSource {
    static final int RID_ID = 5;
    private static final int FRAME_NS = 40_000_000;

    /** One layer. */
    final class Layer {
        final String rid;
        final long ssrc;
        private final int width;
        private final int height;
        private final int packetBytes;
        private int sequence;
        private int pictureId;
        boolean sends = true;
        boolean names = true;
        /** The next frame is one. */
        boolean keyFrame = true;

        Layer(String rid, long ssrc, int width, int height, int packetBytes) {
            this.rid = rid;
            this.ssrc = ssrc;
            this.width = width;
            this.height = height;
            this.packetBytes = packetBytes;
            sequence = (int) (ssrc * 7_919 & 0xffff);
            pictureId = (int) (ssrc * 31 & 0x7fff);
        }

        long timestampAt(long nowNs) {
            return nowNs / 1_000 * 9 / 100 + ssrc * 1_000_003 & 0xffff_ffffL;
        }

        /** A frame of two packets. */
        void sendFrame(long nowNs) {
            send(nowNs, true, false);
            send(nowNs, false, true);
            keyFrame = false;
            pictureId++;
        }

        int send(long nowNs, boolean first, boolean last) {
            byte[] head = {
                (byte) (first ? 0x90 : 0x80), (byte) 0x80, (byte) (0x80 | pictureId >> 8 & 0x7f), (byte) pictureId
            };
            ByteBuffer payload = ByteBuffer.allocate(packetBytes).put(head);
            if (first && keyFrame) {
                payload.put(new byte[] {0x10, 0, 0, (byte) 0x9d, 0x01, 0x2a})
                        .put((byte) width)
                        .put((byte) (width >> 8))
                        .put((byte) height)
                        .put((byte) (height >> 8));
            } else {
                payload.put((byte) 0x11);
            }
            byte[] plain = Network.rtp(96, sequence++ & 0xffff, timestampAt(nowNs), ssrc, last, payload.array());
            return remote.sendRtp(names ? withRid(plain, rid) : plain, nowNs);
        }
    }

    final Network network;
    final RemotePeer remote;
    final List<Layer> layers = new ArrayList<>();
    private int audioSequence;
    boolean sounds = true;

    /** Layers q, h and f of 40, 160 and 480 kbit/s at 25 fps, which nobody watches yet. */
    SimulcastSource(Network network) {
        this(network, List.of("q", "h", "f"), new int[] {100, 400, 1_200});
    }

    /** @param packetBytes of each layer; sizes double from layer to layer in the order of these, whatever the RIDs say */
    SimulcastSource(Network network, List<String> rids, int[] packetBytes) {
        this.network = network;
        remote = network.add(new Publisher(
                network.stream,
                List.of(Network.audio(), video(rids)),
                LogMemory.defaults(),
                network.sink,
                99,
                "server".getBytes(StandardCharsets.US_ASCII),
                network.nowNs));
        remote.connect(network.nowNs);
        for (int i = 0; i < rids.size(); i++) {
            layers.add(new Layer(rids.get(i), 1_000 + i, 160 << i, 90 << i, packetBytes[i]));
        }
        network.stream.publish(remote.peer.publisher().publication());
    }

    static PublishTrack video(List<String> rids) {
        return new PublishTrack(
                MediaKind.VIDEO,
                "1",
                Network.VP8,
                96,
                -1,
                List.of(),
                HeaderExtensions.of(Map.of(ExtensionType.RID, RID_ID)),
                true,
                true,
                false,
                false,
                false,
                -1,
                rids);
    }

    private static byte[] withRid(byte[] plain, String rid) {
        return withExtension(plain, RID_ID, rid.getBytes(StandardCharsets.US_ASCII));
    }

    /** The packet with a header extension of one element (RFC 8285 section 4.2). */
    static byte[] withExtension(byte[] plain, int id, byte[] element) {
        int words = (1 + element.length + 3) / 4;
        byte[] packet = ByteBuffer.allocate(plain.length + 4 + 4 * words)
                .put(plain, 0, 12)
                .putShort((short) 0xbede)
                .putShort((short) words)
                .put((byte) (id << 4 | element.length - 1))
                .put(element)
                .position(16 + 4 * words)
                .put(plain, 12, plain.length - 12)
                .array();
        packet[0] |= 0x10;
        return packet;
    }

    Layer layer(String rid) {
        return layers.stream()
                .filter(layer -> layer.rid.equals(rid))
                .findFirst()
                .orElseThrow();
    }

    /** Frames of all layers for this time, and sound where there is some; a key frame where one was asked for. */
    void run(long ms, RemotePeer... players) {
        RemotePeer[] alive = new RemotePeer[players.length + 1];
        System.arraycopy(players, 0, alive, 0, players.length);
        alive[players.length] = remote;
        long endNs = network.nowNs + ms * 1_000_000;
        while (network.nowNs < endNs) {
            for (RemotePeer peer : alive) {
                peer.check(network.nowNs);
            }
            if (sounds) {
                remote.sendRtp(Network.opus(audioSequence & 0xffff, audioSequence++ * 1_920L), network.nowNs);
            }
            for (Layer layer : layers) {
                if (layer.sends) {
                    layer.keyFrame |= takePli(layer.ssrc);
                    layer.sendFrame(network.nowNs);
                }
            }
            network.pass(FRAME_NS / 1_000_000);
        }
    }

    private final List<Long> asked = new ArrayList<>();
    private int rtcpRead;

    /** How often a key frame of this layer was asked for. */
    int plis(String rid) {
        readRtcp();
        long ssrc = layer(rid).ssrc;
        return (int) asked.stream().filter(each -> each == ssrc).count();
    }

    private final List<Long> waiting = new ArrayList<>();

    private boolean takePli(long ssrc) {
        readRtcp();
        return waiting.removeIf(each -> each == ssrc);
    }

    private void readRtcp() {
        RtcpReader reader = new RtcpReader();
        for (; rtcpRead < remote.rtcp.size(); rtcpRead++) {
            byte[] compound = remote.rtcp.get(rtcpRead);
            reader.open(MemorySegment.ofArray(compound), 0, compound.length);
            int kind;
            while ((kind = reader.next()) > 0) {
                if (kind == RtcpReader.PLI) {
                    asked.add(reader.ssrc(0));
                    waiting.add(reader.ssrc(0));
                }
            }
        }
    }
}
