package dev.sluice.benchmarks.compare.janus;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Two offers and the answers that make one connection of them: a WHEP client offers to receive, Janus' VideoRoom offers to send, and
 * neither takes an answer to anything but its own offer. Immutable.
 *
 * <p>Only what both named is taken: payload types with the same number and encoding, ICE, DTLS with the client in the active role,
 * picture loss, and NACK if wanted. No header extensions.
 */
final class Descriptions {
    private static final String SESSION = "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nt=0 0\n";

    /** An m-line with all that belongs to it; what a description says for all of its sections is in each. */
    private record Section(String media, List<String> types, List<String> lines) {
        String first(String attribute) {
            return lines.stream()
                    .filter(each -> each.startsWith(attribute))
                    .findFirst()
                    .orElse("");
        }

        String all(String... attributes) {
            return lines.stream()
                    .filter(each -> List.of(attributes).stream().anyMatch(each::startsWith))
                    .map(each -> each + "\n")
                    .collect(Collectors.joining());
        }

        /** Types that another section has with the same encoding. */
        List<String> typesOf(Section other) {
            return types.stream()
                    .filter(type -> {
                        String encoding = first("a=rtpmap:" + type + " ");
                        return !encoding.isEmpty() && encoding.equalsIgnoreCase(other.first("a=rtpmap:" + type + " "));
                    })
                    .toList();
        }
    }

    private final List<Section> client;
    private final List<Section> janus;
    private final boolean isRecovering;

    /**
     * @param clientOffer of a WHEP client
     * @param janusOffer of a subscription
     * @param isRecovering whether the client may ask for lost packets
     */
    Descriptions(String clientOffer, String janusOffer, boolean isRecovering) {
        this.isRecovering = isRecovering;
        client = sections(clientOffer);
        janus = sections(janusOffer);
    }

    /** Whether they have anything in common. */
    boolean isPossible() {
        return client.stream().anyMatch(each -> {
            Section from = partner(each, janus);
            return from != null && !each.typesOf(from).isEmpty();
        });
    }

    /** For the client. */
    String toClient() {
        return answer(client, janus, "a=sendonly\n", "a=setup:passive\n");
    }

    /** For Janus. */
    String toJanus() {
        return answer(janus, client, "a=recvonly\n", "a=setup:active\n");
    }

    private String answer(List<Section> offered, List<Section> from, String direction, String setup) {
        StringBuilder body = new StringBuilder();
        StringBuilder bundle = new StringBuilder("a=group:BUNDLE");
        for (Section section : offered) {
            Section partner = partner(section, from);
            List<String> types = partner == null ? List.of() : section.typesOf(partner);
            if (types.isEmpty()) {
                body.append("m=").append(section.media()).append(" 0 UDP/TLS/RTP/SAVPF ");
                body.append(String.join(" ", section.types())).append("\nc=IN IP4 0.0.0.0\n");
                body.append(section.all("a=mid:")).append("a=inactive\n");
                continue;
            }
            bundle.append(' ').append(section.first("a=mid:").replace("a=mid:", ""));
            body.append("m=").append(section.media()).append(" 9 UDP/TLS/RTP/SAVPF ");
            body.append(String.join(" ", types)).append("\nc=IN IP4 127.0.0.1\n");
            body.append(section.all("a=mid:"))
                    .append(direction)
                    .append("a=rtcp-mux\n")
                    .append(setup);
            body.append(partner.all("a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:", "a=ice-lite"));
            for (String type : types) {
                body.append(partner.all("a=rtpmap:" + type + " ", "a=fmtp:" + type + " "));
                body.append(partner.all("a=rtcp-fb:" + type + " nack pli", "a=rtcp-fb:" + type + " ccm fir"));
                if (isRecovering && partner.lines().contains("a=rtcp-fb:" + type + " nack")) {
                    body.append("a=rtcp-fb:").append(type).append(" nack\n");
                }
            }
            body.append(partner.all("a=ssrc-group:", "a=ssrc:", "a=candidate:")).append("a=end-of-candidates\n");
        }
        String lite = body.indexOf("a=ice-lite\n") < 0 ? "" : "a=ice-lite\n";
        String text = SESSION + bundle + "\n" + lite + body.toString().replace("a=ice-lite\n", "");
        return text.replace("\n", "\r\n");
    }

    private static Section partner(Section of, List<Section> among) {
        return among.stream()
                .filter(each -> each.media().equals(of.media()))
                .findFirst()
                .orElse(null);
    }

    private static List<Section> sections(String sdp) {
        List<Section> sections = new ArrayList<>();
        List<String> shared = new ArrayList<>();
        for (String line : sdp.split("\r?\n", -1)) {
            if (line.startsWith("m=")) {
                String[] words = line.substring(2).split(" ", -1);
                List<String> types = words.length > 3 ? List.of(words).subList(3, words.length) : List.of();
                sections.add(new Section(words[0], types, new ArrayList<>(shared)));
            } else if (sections.isEmpty()) {
                shared.add(line);
            } else {
                sections.getLast().lines().add(line);
            }
        }
        return sections;
    }
}
