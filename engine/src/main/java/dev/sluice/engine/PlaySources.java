package dev.sluice.engine;

import dev.sluice.engine.MediaEngine.Wanted;
import dev.sluice.engine.peer.Publication;
import dev.sluice.engine.peer.PublishedTrack;
import dev.sluice.engine.sdp.MediaKind;
import dev.sluice.engine.sdp.PlaySource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The tracks of a stream as one player was offered them, or found them when it came. Immutable.
 *
 * @param list in the order of the sections
 * @param wanted what the player wants of any publication
 */
record PlaySources(List<PlaySource> list, Set<MediaKind> wanted) {
    static final PlaySources NONE = new PlaySources(List.of(), Set.of());

    PlaySources {
        list = List.copyOf(list);
        wanted = Set.copyOf(wanted);
    }

    /** All that the publication has, wanted or not. */
    static PlaySources of(Publication publication, Wanted kinds, LongSupplier newSsrc) {
        Set<MediaKind> wanted = EnumSet.noneOf(MediaKind.class);
        if (kinds.audio()) {
            wanted.add(MediaKind.AUDIO);
        }
        if (kinds.video()) {
            wanted.add(MediaKind.VIDEO);
        }
        List<PlaySource> sources = new ArrayList<>();
        for (PublishedTrack track : publication.tracks()) {
            sources.add(source(track, newSsrc));
        }
        return new PlaySources(sources, wanted);
    }

    private static PlaySource source(PublishedTrack track, LongSupplier newSsrc) {
        long rtxSsrc = track.kind() == MediaKind.VIDEO ? newSsrc.getAsLong() : -1;
        return new PlaySource(track.format(), track.red(), newSsrc.getAsLong(), rtxSsrc);
    }

    /** Whether each wanted track of the publication is here, in a codec that goes on. */
    boolean covers(Publication publication) {
        for (PublishedTrack track : publication.tracks()) {
            if (wanted.contains(track.kind())
                    && list.stream().noneMatch(source -> track.format().compatibleWith(source.codec()))) {
                return false;
            }
        }
        return true;
    }

    /**
     * For the next offer: sections keep their place and kind (RFC 9429 section 5.2.2), so a track in another codec takes the
     * place of the one before, with an SSRC of its own; one that the publication lacks stays as it was; new kinds come last.
     */
    PlaySources after(Publication publication, LongSupplier newSsrc) {
        List<PlaySource> sources = new ArrayList<>();
        for (PlaySource before : list) {
            PublishedTrack track = publication.track(before.kind());
            boolean same = track == null || track.format().compatibleWith(before.codec());
            sources.add(same ? before : source(track, newSsrc));
        }
        for (PublishedTrack track : publication.tracks()) {
            if (list.stream().noneMatch(before -> before.kind() == track.kind())) {
                sources.add(source(track, newSsrc));
            }
        }
        return new PlaySources(sources, wanted);
    }
}
