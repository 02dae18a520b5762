package dev.sluice.engine.sdp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects what a section says about simulcast: {@code a=rid} (RFC 8851) and {@code a=simulcast} (RFC 8853), in any order.
 * Of alternatives the first is taken; a layer that starts paused is one like the others. Confined to one thread.
 */
final class SdpSimulcastReader {
    private final Map<String, SdpRid> rids = new LinkedHashMap<>();
    private final List<String> order = new ArrayList<>();
    private int ridLines;

    /** {@code a=rid:ID send [pt=96,97;max-width=1280 …]}; those that are received mean nothing here. */
    void readRid(SdpLine line) throws SdpException {
        if (++ridLines > SdpLimits.MAX_RIDS) {
            throw line.expected("at most " + SdpLimits.MAX_RIDS + " RIDs in a section");
        }
        List<String> words = SdpText.words(line.argument(), 3);
        if (words.size() < 2) {
            throw line.expected("a=rid with a name and a direction");
        }
        if (words.get(1).equals("send") && SdpRid.isId(words.getFirst())) {
            List<Integer> payloadTypes = words.size() < 3 ? List.of() : payloadTypes(words.get(2));
            rids.putIfAbsent(words.getFirst(), new SdpRid(words.getFirst(), payloadTypes));
        }
    }

    private static List<Integer> payloadTypes(String restrictions) {
        List<Integer> payloadTypes = new ArrayList<>();
        for (String restriction : restrictions.split(";", -1)) {
            if (restriction.startsWith("pt=")) {
                for (String number : restriction.substring(3).split(",", -1)) {
                    payloadTypes.add((int) SdpText.parseNumber(number, SdpLimits.MAX_PAYLOAD_TYPE));
                }
            }
        }
        return List.copyOf(payloadTypes);
    }

    /** {@code a=simulcast:send ALTERNATIVES;ALTERNATIVES [recv …]} */
    void readSimulcast(SdpLine line) throws SdpException {
        List<String> words = SdpText.words(line.argument(), 4);
        for (int i = 0; i + 1 < words.size(); i += 2) {
            if (!words.get(i).equals("send")) {
                continue;
            }
            for (String alternatives : words.get(i + 1).split(";", -1)) {
                String first = alternatives.split(",", 2)[0];
                order.add(first.startsWith("~") ? first.substring(1) : first);
                if (order.size() > SdpLimits.MAX_RIDS) {
                    throw line.expected("at most " + SdpLimits.MAX_RIDS + " layers in a=simulcast");
                }
            }
        }
    }

    /** Those of {@code a=simulcast} that an {@code a=rid} describes. */
    List<SdpRid> finish() {
        return order.stream()
                .distinct()
                .filter(rids::containsKey)
                .map(rids::get)
                .toList();
    }
}
