package dev.sluice.engine.sdp;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of a description. Immutable.
 *
 * @param number counted from 1, empty lines included
 * @param type the letter before {@code =}
 */
record SdpLine(int number, char type, String value) {

    /** An attribute's name, the whole value when it has no colon. */
    String name() {
        int colon = value.indexOf(':');
        return colon < 0 ? value : value.substring(0, colon);
    }

    /** What follows an attribute's colon, without blanks around it. */
    String argument() {
        int colon = value.indexOf(':');
        return colon < 0 ? "" : value.substring(colon + 1).strip();
    }

    SdpException expected(String what) {
        return SdpException.bad(number, "expected " + what + ", got " + SdpText.quote(type + "=" + value));
    }

    /**
     * Cuts a description into lines. CRLF or LF ends one (RFC 8866 section 5 asks parsers to take both); empty ones are
     * left out.
     */
    static List<SdpLine> split(String text) throws SdpException {
        if (text.length() > SdpLimits.MAX_CHARS) {
            throw SdpException.bad(0, "expected at most " + SdpLimits.MAX_CHARS + " characters, got " + text.length());
        }
        List<SdpLine> lines = new ArrayList<>();
        int number = 0;
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            if (++number > SdpLimits.MAX_LINES) {
                throw SdpException.bad(number, "expected at most " + SdpLimits.MAX_LINES + " lines");
            }
            String line = text.substring(start, end > start && text.charAt(end - 1) == '\r' ? end - 1 : end);
            if (!line.isEmpty()) {
                lines.add(read(number, line));
            }
            start = end + 1;
        }
        return lines;
    }

    private static SdpLine read(int number, String line) throws SdpException {
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw SdpException.bad(number, "expected text, got control character " + (int) c);
            }
        }
        if (line.length() < 2 || line.charAt(1) != '=' || line.charAt(0) < 'a' || line.charAt(0) > 'z') {
            throw SdpException.bad(number, "expected a letter and \"=\", got " + SdpText.quote(line));
        }
        return new SdpLine(number, line.charAt(0), line.substring(2));
    }
}
