package dev.sluice.engine.sdp;

import java.util.ArrayList;
import java.util.List;

/**
 * A body of {@code application/trickle-ice-sdpfrag} (RFC 8840 section 9), as WHIP and WHEP clients PATCH it. Reading is
 * lenient, because clients write odd ones: what does not parse is passed over. Immutable.
 *
 * @param ufrag the first one, or null when the fragment has none; another one than before asks for an ICE restart
 * @param password the first one, or null
 * @param candidates those with a UDP or TCP form, as written
 * @param endOfCandidates whether the remote has no more
 */
public record SdpFragment(String ufrag, String password, List<Candidate> candidates, boolean endOfCandidates) {
    private static final int MAX_CANDIDATE_CHARS = 1_024;

    public SdpFragment {
        candidates = List.copyOf(candidates);
    }

    /**
     * @param mid of the section, empty when the fragment names none
     * @param value {@code candidate:1 1 udp …}
     */
    public record Candidate(String mid, String value) {}

    /** @throws SdpException only for more than {@link SdpLimits#MAX_CHARS} characters */
    public static SdpFragment parse(String text) throws SdpException {
        if (text.length() > SdpLimits.MAX_CHARS) {
            throw SdpException.bad(0, "expected at most " + SdpLimits.MAX_CHARS + " characters, got " + text.length());
        }
        String ufrag = null;
        String password = null;
        String mid = "";
        boolean end = false;
        List<Candidate> candidates = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int newline = text.indexOf('\n', start);
            newline = newline < 0 ? text.length() : newline;
            String line = text.substring(start, newline).strip();
            start = newline + 1;
            if (line.startsWith("m=")) {
                mid = "";
            } else if (line.startsWith("a=mid:")) {
                mid = visible(line.substring(6), SdpLimits.MAX_MID_CHARS, mid);
            } else if (line.startsWith("a=ice-ufrag:") && ufrag == null) {
                ufrag = ice(line.substring(12), 4);
            } else if (line.startsWith("a=ice-pwd:") && password == null) {
                password = ice(line.substring(10), 22);
            } else if (line.startsWith("a=candidate:") && candidates.size() < SdpLimits.MAX_CANDIDATES) {
                addCandidate(candidates, mid, line.substring(2));
            } else if (line.equals("a=end-of-candidates")) {
                end = true;
            }
        }
        return new SdpFragment(ufrag, password, candidates, end);
    }

    private static String visible(String text, int maxChars, String otherwise) {
        return SdpText.isVisible(text.strip(), maxChars) ? text.strip() : otherwise;
    }

    private static String ice(String text, int minChars) {
        return SdpText.isIceText(text.strip(), minChars) ? text.strip() : null;
    }

    private static void addCandidate(List<Candidate> candidates, String mid, String value) {
        if (value.length() > MAX_CANDIDATE_CHARS || SdpText.words(value, 8).size() < 8) {
            return;
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
                return;
            }
        }
        candidates.add(new Candidate(mid, value));
    }

    /**
     * Our side after an ICE restart. Each line ends in CRLF; give at most one candidate, because Medooze's client joins
     * several with commas.
     */
    public static String write(String ufrag, String password, String mid, List<HostCandidate> candidates) {
        StringBuilder text = new StringBuilder(256);
        text.append("a=ice-lite\r\na=ice-options:trickle\r\n");
        text.append("a=ice-ufrag:").append(ufrag).append("\r\n");
        text.append("a=ice-pwd:").append(password).append("\r\n");
        text.append("m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n");
        text.append("a=mid:").append(mid).append("\r\n");
        for (HostCandidate candidate : candidates) {
            text.append("a=").append(candidate.value()).append("\r\n");
        }
        return text.append("a=end-of-candidates\r\n").toString();
    }

    /** Never the password. */
    @Override
    public String toString() {
        return "SdpFragment[" + ufrag + " " + candidates.size() + " candidates]";
    }
}
