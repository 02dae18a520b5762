package dev.sluice.engine;

import dev.sluice.engine.peer.SessionReplay;
import dev.sluice.engine.record.RecordingHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a recording of a session says at its beginning. Stateless. */
final class RecordingHeads {
    private RecordingHeads() {}

    /** @param publisher of the session's stream, the session itself, or null */
    static RecordingHead of(
            Session session, Session publisher, boolean far, SessionHost host, int videoLogBytes, int audioLogBytes) {
        Map<String, String> facts = new TreeMap<>();
        facts.put(SessionReplay.SESSION, session.isPublisher() ? "publisher" : "player");
        facts.put(SessionReplay.STREAM, session.stream());
        facts.put(SessionReplay.FAR, Boolean.toString(far));
        facts.put(SessionReplay.VIDEO_LOG_BYTES, Integer.toString(videoLogBytes));
        facts.put(SessionReplay.AUDIO_LOG_BYTES, Integer.toString(audioLogBytes));
        putProfile(facts, SessionReplay.PUBLISHER_SRTP, publisher);
        putProfile(facts, SessionReplay.PLAYER_SRTP, session.isPublisher() ? null : session);
        return new RecordingHead(
                facts,
                comments(facts, session, publisher),
                host.wallClock().unixOffsetNs(),
                host.bound(),
                List.of(
                        publisher == null ? 0 : publisher.loop().port(),
                        session.loop().port()));
    }

    private static void putProfile(Map<String, String> facts, String name, Session of) {
        if (of != null && of.peer().srtpProfile() != null) {
            facts.put(name, of.peer().srtpProfile().name());
        }
    }

    private static List<String> comments(Map<String, String> facts, Session session, Session publisher) {
        List<String> comments = new ArrayList<>();
        StringBuilder summary = new StringBuilder("A session of Sluice, decrypted. No keys are in this file.\n");
        facts.forEach(
                (name, value) -> summary.append(name).append(": ").append(value).append('\n'));
        comments.add(summary.append(session.summary()).toString());
        addDescriptions(comments, session);
        if (publisher != null && publisher != session) {
            addDescriptions(comments, publisher);
        }
        return comments;
    }

    private static void addDescriptions(List<String> comments, Session of) {
        String role = of.isPublisher() ? "publisher" : "player";
        comments.add("SDP of the " + role + ":\n" + withoutSecrets(of.remoteDescription()));
        comments.add("SDP of the server for the " + role + ":\n" + withoutSecrets(of.localDescription()));
    }

    /** Passwords of ICE, and keys of SDES, which nobody should send. */
    private static String withoutSecrets(String sdp) {
        return sdp == null ? "(none)" : sdp.replaceAll("(?m)^a=(ice-pwd|crypto|key-mgmt):.*$", "a=$1:(left out)");
    }
}
