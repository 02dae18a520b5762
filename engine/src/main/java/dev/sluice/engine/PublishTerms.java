package dev.sluice.engine;

import dev.sluice.engine.peer.LogMemory;
import dev.sluice.engine.sdp.LocalTransport;
import dev.sluice.engine.sdp.PublishAnswer;
import dev.sluice.engine.sdp.PublishTrack;
import dev.sluice.engine.sdp.PublishWishes;
import dev.sluice.engine.sdp.SdpException;
import dev.sluice.engine.sdp.SdpNegotiator;
import java.util.List;

/** What is wanted of a publisher, and what it agreed on. Confined to its session's monitor; what is volatile may be read by any thread. */
final class PublishTerms {
    private volatile StreamSettings settings = StreamSettings.DEFAULTS;
    private volatile List<PublishTrack> tracks = List.of();
    private volatile String codecs = "";

    StreamSettings settings() {
        return settings;
    }

    /** For this and later offers. */
    void settings(StreamSettings wanted) {
        settings = wanted;
    }

    List<PublishTrack> tracks() {
        return tracks;
    }

    PublishAnswer answer(String offer, LocalTransport local) throws SessionRefusedException {
        PublishWishes wishes = new PublishWishes(
                settings.preferredCodecs(), settings.adaptive(), settings.minBitrateBps(), settings.maxBitrateBps());
        try {
            return SdpNegotiator.answerPublish(offer, local, tracks, wishes);
        } catch (SdpException e) {
            throw SessionRefusedException.of(e);
        }
    }

    /** Asked of the loop's logs themselves once more: until then an offer holds nothing. */
    void requireLogMemory(List<PublishTrack> wanted, LogMemory memory) throws SessionRefusedException {
        List<PublishTrack> more =
                wanted.stream().filter(track -> !tracks.contains(track)).toList();
        if (!memory.hasRoom(memory.bytesOf(more))) {
            throw SessionHost.outOfLogMemory();
        }
    }

    void accept(List<PublishTrack> agreed) {
        tracks = agreed;
        codecs = SessionStats.codecs(agreed.stream().map(PublishTrack::codec).toList());
    }

    /** As {@link SessionStats#codecs()}. */
    String codecs() {
        return codecs;
    }
}
