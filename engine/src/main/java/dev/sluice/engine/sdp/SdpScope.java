package dev.sluice.engine.sdp;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * The attributes that may stand at session level or in a section, where the section's count. Written by the parser only,
 * read-only afterwards.
 */
final class SdpScope {
    private static final int MAX_EXTENSION_ID = 255;
    /** Provisional ids of RFC 8285 section 5, never used on the wire. */
    private static final int MAX_PROVISIONAL_ID = 4351;

    String ufrag;
    String password;
    String setup;
    int setupLine;
    Direction direction;
    boolean extmapAllowMixed;
    final List<String> fingerprints = new ArrayList<>(1);
    final List<SdpExtension> extensions = new ArrayList<>();
    private int extensionLines;
    private int fingerprintLines;

    /** Takes an attribute of either level; false when it is another one. */
    boolean read(SdpLine line) throws SdpException {
        switch (line.name()) {
            case "ice-ufrag" -> ufrag = ice(line, 4, "an ice-ufrag of 4 to 256 ice characters");
            case "ice-pwd" -> password = ice(line, 22, "an ice-pwd of 22 to 256 ice characters");
            case "fingerprint" -> readFingerprint(line);
            case "setup" -> {
                setup = line.argument();
                setupLine = line.number();
            }
            case "extmap" -> readExtension(line);
            case "extmap-allow-mixed" -> extmapAllowMixed = true;
            case "sendrecv", "sendonly", "recvonly", "inactive" -> direction = Direction.ofToken(line.name());
            default -> {
                return false;
            }
        }
        return true;
    }

    private static String ice(SdpLine line, int minChars, String what) throws SdpException {
        if (!SdpText.isIceText(line.argument(), minChars)) {
            // Not quoted: it may be a password, and messages reach logs.
            throw SdpException.bad(line.number(), "expected " + what);
        }
        return line.argument();
    }

    /** RFC 8122: a hash's name and its bytes in hex with colons. Hashes that are broken or rare are passed over. */
    private void readFingerprint(SdpLine line) throws SdpException {
        if (++fingerprintLines > SdpLimits.MAX_FINGERPRINTS) {
            throw line.expected("at most " + SdpLimits.MAX_FINGERPRINTS + " fingerprints");
        }
        List<String> words = SdpText.words(line.argument(), 3);
        if (words.size() != 2) {
            throw line.expected("a=fingerprint with a hash and its hex bytes");
        }
        String algorithm = words.get(0).toLowerCase(Locale.ROOT);
        int lengthBytes =
                switch (algorithm) {
                    case "sha-256" -> 32;
                    case "sha-384" -> 48;
                    case "sha-512" -> 64;
                    default -> 0;
                };
        if (lengthBytes == 0) {
            return;
        }
        String digest = words.get(1).toUpperCase(Locale.ROOT);
        if (digest.length() != 3 * lengthBytes - 1 || !isHexWithColons(digest)) {
            throw line.expected(lengthBytes + " bytes in hex for " + algorithm);
        }
        fingerprints.add(algorithm + " " + digest);
    }

    private static boolean isHexWithColons(String digest) {
        for (int i = 0; i < digest.length(); i++) {
            char c = digest.charAt(i);
            if (i % 3 == 2 ? c != ':' : !HexFormat.isHexDigit(c)) {
                return false;
            }
        }
        return true;
    }

    /** RFC 8285 section 5: {@code a=extmap:ID[/direction] URI [attributes]}. */
    private void readExtension(SdpLine line) throws SdpException {
        if (++extensionLines > SdpLimits.MAX_EXTENSIONS) {
            throw line.expected("at most " + SdpLimits.MAX_EXTENSIONS + " header extensions in a section");
        }
        List<String> words = SdpText.words(line.argument(), 3);
        if (words.size() < 2) {
            throw line.expected("a=extmap with an id and a URI");
        }
        String first = words.get(0);
        int slash = first.indexOf('/');
        long id = SdpText.parseNumber(slash < 0 ? first : first.substring(0, slash), MAX_PROVISIONAL_ID);
        Direction way = slash < 0 ? Direction.SENDRECV : Direction.ofToken(first.substring(slash + 1));
        if (id < 1 || way == null) {
            throw line.expected("a=extmap with an id from 1 to 255 and a direction");
        }
        if (id <= MAX_EXTENSION_ID) {
            extensions.add(new SdpExtension((int) id, way, words.get(1)));
        }
    }
}
