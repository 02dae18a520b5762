package dev.sluice.engine.sdp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads a description into sections (RFC 8866), in one pass. Strict about what Sluice uses, blind to the rest. Confined
 * to one thread.
 */
final class SdpParser {
    private static final int MAX_GROUP_WORDS = SdpLimits.MAX_SECTIONS + 2;
    private static final int MAX_PORT = 65_535;

    private final SdpScope scope = new SdpScope();
    private final List<SdpMedia> media = new ArrayList<>();
    private final Set<String> mids = new HashSet<>();
    private List<String> bundle = List.of();
    private int bundleLine;
    private int candidates;
    private SdpSectionReader section;

    private SdpParser() {}

    static SdpSession parse(String text) throws SdpException {
        return new SdpParser().read(SdpLine.split(text));
    }

    private SdpSession read(List<SdpLine> lines) throws SdpException {
        if (lines.isEmpty()) {
            throw SdpException.bad(1, "expected \"v=0\", got nothing");
        }
        SdpLine first = lines.getFirst();
        if (first.type() != 'v' || !first.value().strip().equals("0")) {
            throw first.expected("\"v=0\" as the first line");
        }
        for (SdpLine line : lines) {
            if (line.type() == 'm') {
                endSection();
                section = openSection(line);
            } else if (line.type() == 'a') {
                readAttribute(line);
            }
        }
        endSection();
        if (media.isEmpty()) {
            throw SdpException.bad(lines.getLast().number(), "expected an m-section, got the end");
        }
        return new SdpSession(scope, bundle, bundleLine, List.copyOf(media));
    }

    private void endSection() throws SdpException {
        if (section != null) {
            media.add(section.finish());
        }
    }

    private void readAttribute(SdpLine line) throws SdpException {
        String name = line.name();
        if (name.equals("candidate")) {
            // ICE-lite never sends a check, so remote candidates are counted and left alone (RFC 8445 section 6.2.1).
            if (++candidates > SdpLimits.MAX_CANDIDATES) {
                throw line.expected("at most " + SdpLimits.MAX_CANDIDATES + " candidates");
            }
        } else if (section == null) {
            if (name.equals("group")) {
                readGroup(line);
            } else {
                scope.read(line);
            }
        } else if (name.equals("mid")) {
            readMid(line);
        } else if (!section.media().scope.read(line)) {
            section.read(line);
        }
    }

    private void readGroup(SdpLine line) throws SdpException {
        List<String> words = SdpText.words(line.argument(), MAX_GROUP_WORDS);
        if (words.isEmpty() || !words.getFirst().equals("BUNDLE") || bundleLine != 0) {
            return;
        }
        if (words.size() == MAX_GROUP_WORDS) {
            throw line.expected("at most " + SdpLimits.MAX_SECTIONS + " sections in a group");
        }
        bundle = List.copyOf(words.subList(1, words.size()));
        bundleLine = line.number();
    }

    private void readMid(SdpLine line) throws SdpException {
        String mid = line.argument();
        if (!SdpText.isVisible(mid, SdpLimits.MAX_MID_CHARS)) {
            throw line.expected("a=mid with a token of 1 to " + SdpLimits.MAX_MID_CHARS + " characters");
        }
        if (section.media().mid != null || !mids.add(mid)) {
            throw line.expected("one a=mid a section, each of its own");
        }
        section.media().mid = mid;
    }

    /** {@code m=kind port[/n] protocol format…} */
    private SdpSectionReader openSection(SdpLine line) throws SdpException {
        if (media.size() == SdpLimits.MAX_SECTIONS) {
            throw line.expected("at most " + SdpLimits.MAX_SECTIONS + " m-sections");
        }
        List<String> words = SdpText.words(line.value(), SdpLimits.MAX_PAYLOAD_TYPE + 6);
        if (words.size() < 4) {
            throw line.expected("m=kind port protocol formats");
        }
        String kind = words.get(0);
        int slash = words.get(1).indexOf('/');
        long port = SdpText.parseNumber(slash < 0 ? words.get(1) : words.get(1).substring(0, slash), MAX_PORT);
        String protocol = words.get(2);
        if (!SdpText.isToken(kind, 32) || port < 0 || !SdpText.isToken(protocol.replace("/", ""), 32)) {
            throw line.expected("m=kind port protocol formats");
        }
        List<String> formats = List.copyOf(words.subList(3, words.size()));
        return new SdpSectionReader(line, new SdpMedia(line.number(), kind, (int) port, protocol, formats, scope));
    }
}
