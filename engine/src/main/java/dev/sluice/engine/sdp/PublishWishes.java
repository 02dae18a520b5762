package dev.sluice.engine.sdp;

import java.util.List;

/**
 * What the operator wants of a publisher's answer. Immutable.
 *
 * @param preferredCodecs names in lower case: the first of them that is offered is taken, then the offer's order counts
 * @param adaptive whether feedback about what its way carries is agreed on
 * @param minBps below which the publisher's estimate of its way is not to fall; 0: it may
 * @param maxBps what the publisher is to send at most; then REMB is agreed on beside transport-wide feedback, to hold it to
 *     that. 0: no limit
 */
public record PublishWishes(List<String> preferredCodecs, boolean adaptive, long minBps, long maxBps) {
    public static final PublishWishes NONE = new PublishWishes(List.of(), true, 0, 0);

    public PublishWishes {
        preferredCodecs = List.copyOf(preferredCodecs);
    }
}
