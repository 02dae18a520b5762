package dev.sluice.signaling.admin;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.config.StreamName;
import dev.sluice.signaling.session.Admission;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.SessionDirectory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** {@code /sessions}: publishers and players. Safe for many threads. */
final class SessionsResource {
    private static final Lists LIST =
            new Lists("sessions", "id", SessionView.FIELDS, new HashSet<>(SessionView.FIELDS), "opened_at");

    private final SessionDirectory sessions;
    private final SessionView view;
    private final Admission admission;
    private final AuditLog audit;

    SessionsResource(
            SessionDirectory sessions, Traffic traffic, Admission admission, AuditLog audit, InstantSource clock) {
        this.sessions = sessions;
        this.view = new SessionView(traffic, clock);
        this.admission = admission;
        this.audit = audit;
    }

    /** A session of the list. Confined to one request. */
    private final class SessionRow extends Lists.Row {
        private final ClientSession session;

        SessionRow(ClientSession session) {
            super(session.id());
            this.session = session;
        }

        @Override
        Map<String, Object> render() {
            return view.render(session);
        }
    }

    Answer list(Call call) throws Refused {
        String name = name(call);
        List<SessionRow> rows = new ArrayList<>();
        for (ClientSession session : sessions.all()) {
            if (name == null || session.stream().equals(name)) {
                rows.add(new SessionRow(session));
            }
        }
        return Answer.of(LIST.page(rows, call));
    }

    /** Null for all. */
    private static String name(Call call) throws Refused {
        String name = call.query("name");
        if (name != null && !StreamName.isValid(name)) {
            throw Refused.wrong("name: expected the name of a stream.");
        }
        return name;
    }

    Answer get(String id) throws Refused {
        return Answer.of(view.render(find(id)));
    }

    private ClientSession find(String id) throws Refused {
        return sessions.find(id).orElseThrow(() -> Refused.notFound("This session does not exist or has ended."));
    }

    Answer delete(String id, Call call) throws Refused {
        ClientSession session = find(id);
        session.media().close(SessionEnd.OPERATOR);
        audit.change(
                call.who(),
                call.caller(),
                "action=session.delete session=" + session.shortId() + " name=" + session.stream());
        return Answer.DONE;
    }

    Answer reauth(Call call) throws Refused {
        String name = name(call);
        int asked = admission.askAnew(name);
        audit.change(
                call.who(),
                call.caller(),
                "action=sessions.reauth name=" + (name == null ? "*" : name) + " asked=" + asked);
        return new Answer(202, Map.of("asked", asked));
    }
}
