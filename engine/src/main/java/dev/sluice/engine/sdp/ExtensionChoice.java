package dev.sluice.engine.sdp;

import dev.sluice.engine.rtp.ExtensionType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which header extensions a track gets. Immutable.
 *
 * @param ids as the engine needs them
 * @param values of {@code a=extmap} lines
 */
record ExtensionChoice(HeaderExtensions ids, List<String> values) {
    /** The one-byte form carries 16 bytes (RFC 8285 section 4.2). */
    private static final int MAX_ONE_BYTE_MID = 16;

    private static final Map<MediaKind, Set<ExtensionType>> PUBLISH = Map.of(
            MediaKind.AUDIO,
            EnumSet.of(
                    ExtensionType.MID,
                    ExtensionType.ABS_CAPTURE_TIME,
                    ExtensionType.AUDIO_LEVEL,
                    ExtensionType.TRANSPORT_CC),
            MediaKind.VIDEO,
            EnumSet.of(
                    ExtensionType.MID,
                    ExtensionType.ABS_CAPTURE_TIME,
                    ExtensionType.VIDEO_ORIENTATION,
                    ExtensionType.DEPENDENCY_DESCRIPTOR,
                    ExtensionType.PLAYOUT_DELAY,
                    ExtensionType.TRANSPORT_CC));

    private static final Map<MediaKind, Set<ExtensionType>> PLAY = Map.of(
            MediaKind.AUDIO,
            EnumSet.of(
                    ExtensionType.MID,
                    ExtensionType.ABS_SEND_TIME,
                    ExtensionType.ABS_CAPTURE_TIME,
                    ExtensionType.AUDIO_LEVEL,
                    ExtensionType.TRANSPORT_CC),
            MediaKind.VIDEO,
            EnumSet.of(
                    ExtensionType.MID,
                    ExtensionType.ABS_SEND_TIME,
                    ExtensionType.ABS_CAPTURE_TIME,
                    ExtensionType.VIDEO_ORIENTATION,
                    ExtensionType.DEPENDENCY_DESCRIPTOR,
                    ExtensionType.PLAYOUT_DELAY,
                    ExtensionType.TRANSPORT_CC));

    /**
     * Those of a publisher's section.
     *
     * @param layered whether simulcast is agreed on
     * @param mixed whether the transport allows both forms to alternate
     */
    static ExtensionChoice publish(SdpMedia media, boolean transportCc, boolean layered, boolean mixed) {
        Set<ExtensionType> wanted = EnumSet.copyOf(PUBLISH.get(media.kind()));
        if (layered) {
            wanted.add(ExtensionType.RID);
            wanted.add(ExtensionType.REPAIRED_RID);
        }
        if (!transportCc) {
            wanted.remove(ExtensionType.TRANSPORT_CC);
        }
        return choose(media, wanted, Direction.RECVONLY, mixed, new HashMap<>());
    }

    /**
     * Those of a player's section. An id means the same in all sections of a BUNDLE (RFC 9143 section 12); aiortc offers one
     * id for two extensions and, when both are taken, reads the one as the other and stops receiving: the first stands.
     *
     * @param transportCc whether the section's codecs have feedback about each packet: then nothing needs the sending time
     * @param mixed whether the transport allows both forms to alternate
     * @param bundle what the ids mean in the answer's earlier sections; this section's are added
     */
    static ExtensionChoice play(
            SdpMedia media, boolean transportCc, boolean mixed, Map<Integer, ExtensionType> bundle) {
        Set<ExtensionType> wanted = EnumSet.copyOf(PLAY.get(media.kind()));
        if (media.mid.length() > MAX_ONE_BYTE_MID && !mixed) {
            wanted.remove(ExtensionType.MID);
        }
        boolean numbered = transportCc && media.extension(ExtensionType.TRANSPORT_CC) != null;
        wanted.remove(numbered ? ExtensionType.ABS_SEND_TIME : ExtensionType.TRANSPORT_CC);
        return choose(media, wanted, Direction.SENDONLY, mixed, bundle);
    }

    private static ExtensionChoice choose(
            SdpMedia media,
            Set<ExtensionType> wanted,
            Direction ours,
            boolean mixed,
            Map<Integer, ExtensionType> bundle) {
        Map<ExtensionType, Integer> ids = new EnumMap<>(ExtensionType.class);
        List<String> values = new ArrayList<>();
        for (ExtensionType type : wanted) {
            SdpExtension offered = media.extension(type);
            if (offered == null || ids.containsValue(offered.id()) || !isWhole(type, mixed)) {
                continue;
            }
            Direction theirs = offered.direction();
            boolean fits = ours.sends() ? theirs.receives() : theirs.sends();
            if (fits
                    && (offered.id() <= HeaderExtensions.MAX_ONE_BYTE_ID || mixed)
                    && bundle.getOrDefault(offered.id(), type) == type) {
                bundle.put(offered.id(), type);
                ids.put(type, offered.id());
                String suffix = theirs == Direction.SENDRECV ? "" : "/" + ours.token();
                values.add(offered.id() + suffix + " " + type.uri());
            }
        }
        return new ExtensionChoice(HeaderExtensions.of(ids), List.copyOf(values));
    }

    /**
     * Whether all of an extension's elements can be sent. A dependency descriptor fits the one-byte form except on key frames,
     * where it has the structure of what follows: a receiver that gets only the small ones waits for the structure for ever.
     */
    private static boolean isWhole(ExtensionType type, boolean mixed) {
        return mixed || type != ExtensionType.DEPENDENCY_DESCRIPTOR;
    }

    /** Those of our own offer. */
    static ExtensionChoice offer(MediaKind kind) {
        HeaderExtensions ids = HeaderExtensions.canonical(PLAY.get(kind));
        List<String> values = new ArrayList<>();
        for (ExtensionType type : PLAY.get(kind)) {
            values.add(ids.id(type) + " " + type.uri());
        }
        return new ExtensionChoice(ids, List.copyOf(values));
    }

    /**
     * What an answer's section leaves of our offer: lines with the id and the URI we gave.
     *
     * @param transportCc whether the answer has feedback about each packet
     * @param mixed whether the answer, too, allows both forms to alternate
     */
    static HeaderExtensions accepted(HeaderExtensions offered, SdpMedia answer, boolean transportCc, boolean mixed) {
        Map<ExtensionType, Integer> ids = new EnumMap<>(ExtensionType.class);
        for (ExtensionType type : ExtensionType.values()) {
            SdpExtension extension = answer.extension(type);
            if (extension != null
                    && isWhole(type, mixed)
                    && extension.id() == offered.id(type)
                    && extension.direction().receives()) {
                ids.put(type, extension.id());
            }
        }
        if (!transportCc) {
            ids.remove(ExtensionType.TRANSPORT_CC);
        } else if (ids.containsKey(ExtensionType.TRANSPORT_CC)) {
            // Who tells when each packet arrived has no use for when it was sent.
            ids.remove(ExtensionType.ABS_SEND_TIME);
        }
        return HeaderExtensions.of(ids);
    }
}
