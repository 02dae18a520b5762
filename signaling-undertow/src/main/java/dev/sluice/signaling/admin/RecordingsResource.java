package dev.sluice.signaling.admin;

import dev.sluice.engine.Recording;
import dev.sluice.engine.RecordingLimits;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.admin.Recordings.Kept;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.SessionDirectory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code /recordings} and {@code /sessions/ID/record}: packets of sessions in files. Safe for many threads. */
final class RecordingsResource implements AutoCloseable {
    private static final String SECONDS = "seconds";
    private static final String MEBIBYTES = "mebibytes";
    private static final int MOST_SECONDS = 3_600;
    private static final int MOST_MEBIBYTES = 512;
    private static final int MEBIBYTE_SHIFT = 20;

    private final SessionDirectory sessions;
    private final Recordings recordings;
    private final AuditLog audit;

    RecordingsResource(SessionDirectory sessions, Recordings recordings, AuditLog audit) {
        this.sessions = sessions;
        this.recordings = recordings;
        this.audit = audit;
    }

    Answer start(String session, Call call) throws Refused {
        ClientSession found =
                sessions.find(session).orElseThrow(() -> Refused.notFound("This session does not exist or has ended."));
        RecordingLimits limits = limits(call);
        Kept made = recordings.start(found, limits);
        note(call, "start", made, " seconds=" + limits.longest().toSeconds());
        return new Answer(201, render(made));
    }

    private static RecordingLimits limits(Call call) throws Refused {
        if (call.body().isEmpty()) {
            return RecordingLimits.DEFAULTS;
        }
        Fields fields = call.fields();
        fields.allow(Set.of(SECONDS, MEBIBYTES));
        Duration longest = RecordingLimits.DEFAULTS.longest();
        long mostBytes = RecordingLimits.DEFAULTS.mostBytes();
        if (fields.has(SECONDS)) {
            longest = Duration.ofSeconds(within(fields, SECONDS, MOST_SECONDS));
        }
        if (fields.has(MEBIBYTES)) {
            mostBytes = within(fields, MEBIBYTES, MOST_MEBIBYTES) << MEBIBYTE_SHIFT;
        }
        return new RecordingLimits(longest, mostBytes);
    }

    private static long within(Fields fields, String key, int most) throws Refused {
        long value = fields.integer(key);
        if (value < 1 || value > most) {
            throw Refused.wrong(key + ": expected a whole number from 1 to " + most + ".");
        }
        return value;
    }

    Answer list() {
        return Answer.of(Map.of(
                "recordings",
                recordings.all().stream().map(RecordingsResource::render).toList()));
    }

    Answer get(String id) throws Refused {
        return Answer.of(render(recordings.find(id)));
    }

    Answer stop(String id, Call call) throws Refused {
        Kept one = recordings.find(id);
        one.recording().stop();
        note(call, "stop", one, "");
        return Answer.DONE;
    }

    Answer delete(String id, Call call) throws Refused {
        Kept one = recordings.find(id);
        recordings.delete(one);
        note(call, "delete", one, "");
        return Answer.DONE;
    }

    Answer file(String id, Call call) throws Refused {
        Kept one = recordings.find(id);
        if (one.end() == null) {
            throw Refused.conflict("running", "It is still being written. Stop it, or wait for its end.");
        }
        note(call, "download", one, "");
        return Answer.of(new Download(one.recording().file(), one.fileName()));
    }

    private void note(Call call, String action, Kept one, String more) {
        audit.change(
                call.who(),
                call.caller(),
                "action=recording." + action + " recording=" + one.id() + " session=" + one.session() + " name="
                        + one.stream() + more);
    }

    private static Map<String, Object> render(Kept one) {
        Recording recording = one.recording();
        Recording.End end = one.end();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", Long.toString(one.id()));
        body.put("name", one.stream());
        body.put("session", one.session());
        body.put("type", one.role() == Role.PUBLISH ? "publish" : "play");
        body.put("state", end == null ? "running" : end.name().toLowerCase(Locale.ROOT));
        body.put("started_at", one.startedAtMs());
        body.put("bytes", recording.bytes());
        body.put("packets", recording.packets());
        body.put("missed", recording.missed());
        return body;
    }

    /** Idempotent. */
    @Override
    public void close() {
        recordings.close();
    }
}
