package dev.sluice.engine.sdp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Collects what the lines of one m-section say about payload types and SSRCs, in any order, and puts it together at the
 * section's end. Confined to one thread.
 */
final class SdpSectionReader {
    private static final long MAX_SSRC = 0xffff_ffffL;
    private static final int MAX_CLOCK_RATE = 1_000_000;
    private static final int MAX_NAME_CHARS = 32;

    private final SdpMedia media;
    private final int[] order;
    private final boolean[] listed = new boolean[SdpLimits.MAX_PAYLOAD_TYPE + 1];
    private final String[] names = new String[SdpLimits.MAX_PAYLOAD_TYPE + 1];
    private final int[] clockRates = new int[SdpLimits.MAX_PAYLOAD_TYPE + 1];
    private final int[] channels = new int[SdpLimits.MAX_PAYLOAD_TYPE + 1];
    private final String[] fmtps = new String[SdpLimits.MAX_PAYLOAD_TYPE + 1];
    private final int[] feedback = new int[SdpLimits.MAX_PAYLOAD_TYPE + 1];
    private int feedbackOfAll;
    private final Set<Long> ssrcs = new LinkedHashSet<>();
    private final Set<Long> companions = new HashSet<>();
    private final SdpSimulcastReader simulcast = new SdpSimulcastReader();
    private int groups;

    SdpSectionReader(SdpLine line, SdpMedia media) throws SdpException {
        this.media = media;
        this.order = media.kind() == null ? new int[0] : new int[media.formats.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = payloadType(line, media.formats.get(i));
            if (listed[order[i]]) {
                throw line.expected("each payload type once, and " + order[i] + " stands twice");
            }
            listed[order[i]] = true;
        }
    }

    SdpMedia media() {
        return media;
    }

    private static int payloadType(SdpLine line, String text) throws SdpException {
        long payloadType = SdpText.parseNumber(text, SdpLimits.MAX_PAYLOAD_TYPE);
        if (payloadType < 0) {
            throw SdpException.bad(line.number(), "expected a payload type from 0 to 127, got " + SdpText.quote(text));
        }
        return (int) payloadType;
    }

    void read(SdpLine line) throws SdpException {
        switch (line.name()) {
            case "bundle-only" -> media.bundleOnly = true;
            case "rtcp-mux" -> media.rtcpMux = true;
            case "rtcp-rsize" -> media.rtcpReducedSize = true;
            default -> {
                if (media.kind() != null) {
                    readMediaAttribute(line);
                }
            }
        }
    }

    private void readMediaAttribute(SdpLine line) throws SdpException {
        switch (line.name()) {
            case "rtpmap" -> readRtpmap(line);
            case "fmtp" -> readFmtp(line);
            case "rtcp-fb" -> readFeedback(line);
            case "ssrc" -> readSsrc(line);
            case "ssrc-group" -> readSsrcGroup(line);
            case "rid" -> simulcast.readRid(line);
            case "simulcast" -> simulcast.readSimulcast(line);
            default -> {}
        }
    }

    /** {@code a=rtpmap:PT name/clock[/channels]} */
    private void readRtpmap(SdpLine line) throws SdpException {
        List<String> words = SdpText.words(line.argument(), 3);
        if (words.size() < 2) {
            throw line.expected("a=rtpmap with a payload type and name/clock rate");
        }
        int payloadType = payloadType(line, words.get(0));
        String encoding = words.get(1);
        int slash = encoding.indexOf('/');
        if (slash < 0 || !SdpText.isToken(encoding.substring(0, slash), MAX_NAME_CHARS)) {
            throw line.expected("a=rtpmap with name/clock rate");
        }
        int second = encoding.indexOf('/', slash + 1);
        String clock = encoding.substring(slash + 1, second < 0 ? encoding.length() : second);
        long clockRate = SdpText.parseNumber(clock, MAX_CLOCK_RATE);
        long count = second < 0 ? 0 : SdpText.parseNumber(encoding.substring(second + 1), 255);
        if (clockRate < 1 || count < 0) {
            throw line.expected("a=rtpmap with name/clock rate[/channels]");
        }
        if (names[payloadType] == null) {
            names[payloadType] = encoding.substring(0, slash);
            clockRates[payloadType] = (int) clockRate;
            channels[payloadType] = (int) count;
        }
    }

    private void readFmtp(SdpLine line) throws SdpException {
        String argument = line.argument();
        int space = argument.indexOf(' ');
        int payloadType = payloadType(line, space < 0 ? argument : argument.substring(0, space));
        if (fmtps[payloadType] == null && space > 0) {
            fmtps[payloadType] = argument.substring(space + 1).strip();
        }
    }

    private void readFeedback(SdpLine line) throws SdpException {
        List<String> words = SdpText.words(line.argument(), 3);
        if (words.size() < 2) {
            throw line.expected("a=rtcp-fb with a payload type and a kind");
        }
        int bit = Feedback.bit(words.get(1), words.size() > 2 ? words.get(2) : "");
        if (words.getFirst().equals("*")) {
            feedbackOfAll |= bit;
        } else {
            feedback[payloadType(line, words.getFirst())] |= bit;
        }
    }

    private void readSsrc(SdpLine line) throws SdpException {
        List<String> words = SdpText.words(line.argument(), 1);
        ssrcs.add(ssrc(line, words.isEmpty() ? "" : words.getFirst()));
        if (ssrcs.size() > SdpLimits.MAX_SSRCS) {
            throw line.expected("at most " + SdpLimits.MAX_SSRCS + " SSRCs in a section");
        }
    }

    /** RFC 5576: the first of a group is the media's; the others retransmit or repair it, or are further layers. */
    private void readSsrcGroup(SdpLine line) throws SdpException {
        if (++groups > SdpLimits.MAX_SSRCS) {
            throw line.expected("at most " + SdpLimits.MAX_SSRCS + " SSRC groups in a section");
        }
        List<String> words = SdpText.words(line.argument(), SdpLimits.MAX_SSRCS);
        for (int i = 1; i < words.size(); i++) {
            long ssrc = ssrc(line, words.get(i));
            if (i > 1) {
                companions.add(ssrc);
            }
        }
    }

    private static long ssrc(SdpLine line, String text) throws SdpException {
        long ssrc = SdpText.parseNumber(text, MAX_SSRC);
        if (ssrc < 0) {
            throw line.expected("an SSRC of 32 bits");
        }
        return ssrc;
    }

    SdpMedia finish() {
        List<SdpCodec> codecs = new ArrayList<>(order.length);
        for (int payloadType : order) {
            codecs.add(codec(payloadType));
        }
        media.codecs = List.copyOf(codecs);
        ssrcs.removeAll(companions);
        media.ssrcs = List.copyOf(ssrcs);
        media.simulcast = simulcast.finish();
        return media;
    }

    /** Key frame requests and bitrate estimates mean nothing to sound. */
    private int usefulFeedback() {
        return media.kind() == MediaKind.AUDIO ? Feedback.TRANSPORT_CC : ~0;
    }

    private SdpCodec codec(int payloadType) {
        String name = names[payloadType];
        int clockRate = clockRates[payloadType];
        if (name == null && media.kind() == MediaKind.AUDIO && (payloadType == 0 || payloadType == 8)) {
            // RFC 3551 table 4: these two need no rtpmap.
            name = payloadType == 0 ? "PCMU" : "PCMA";
            clockRate = 8_000;
        }
        String fmtp = fmtps[payloadType] == null ? "" : fmtps[payloadType];
        CodecFormat format =
                name == null ? null : CodecTable.find(media.kind(), name, clockRate, channels[payloadType], fmtp);
        return new SdpCodec(
                payloadType,
                name,
                clockRate,
                channels[payloadType],
                format,
                (feedback[payloadType] | feedbackOfAll) & usefulFeedback(),
                "rtx".equalsIgnoreCase(name) ? associatedPayloadType(fmtp) : -1);
    }

    /** {@code apt} of RFC 4588 section 8.1; −1 when it is missing or no payload type. */
    private static int associatedPayloadType(String fmtp) {
        for (String parameter : fmtp.split(";", 4)) {
            String trimmed = parameter.strip().toLowerCase(Locale.ROOT);
            if (trimmed.startsWith("apt=")) {
                return (int) SdpText.parseNumber(trimmed.substring(4), SdpLimits.MAX_PAYLOAD_TYPE);
            }
        }
        return -1;
    }
}
