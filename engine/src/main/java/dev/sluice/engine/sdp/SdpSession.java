package dev.sluice.engine.sdp;

import java.util.List;

/**
 * A description as read. Immutable.
 *
 * @param scope of the session level
 * @param bundle mids of the first BUNDLE group (RFC 9143) in its order, empty when there is none
 * @param bundleLine where that group is, 0 when nowhere
 * @param media the m-sections in order
 */
record SdpSession(SdpScope scope, List<String> bundle, int bundleLine, List<SdpMedia> media) {

    /** The section with this mid, or null. */
    SdpMedia find(String mid) {
        for (SdpMedia section : media) {
            if (mid.equals(section.mid)) {
                return section;
            }
        }
        return null;
    }
}
