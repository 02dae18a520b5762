package dev.sluice.signaling.admin;

import dev.sluice.engine.MediaEngine;
import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.StreamInfo;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.config.ConfigException;
import dev.sluice.signaling.config.ConfigKeeper;
import dev.sluice.signaling.config.OwnStream;
import dev.sluice.signaling.config.StreamName;
import dev.sluice.signaling.config.StreamRule;
import dev.sluice.signaling.config.StreamRules;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.RecentRefusals;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** {@code /streams}: what may be published and played. Safe for many threads. */
final class StreamsResource {
    /** So long does a refused publisher make a stream one with an error. */
    private static final Duration RECENT = Duration.ofMinutes(1);

    private static final Lists LIST = new Lists("streams", "name", fields(StreamView.FIELDS), sortable(), "name");

    private final MediaEngine engine;
    private final ConfigKeeper keeper;
    private final Traffic traffic;
    private final RecentRefusals refusals;
    private final StreamView view;
    private final AuditLog audit;
    private final InstantSource clock;

    StreamsResource(
            MediaEngine engine,
            ConfigKeeper keeper,
            Traffic traffic,
            RecentRefusals refusals,
            AuditLog audit,
            InstantSource clock) {
        this.engine = engine;
        this.keeper = keeper;
        this.traffic = traffic;
        this.refusals = refusals;
        this.view = new StreamView(traffic, clock);
        this.audit = audit;
        this.clock = clock;
    }

    private static Set<String> fields(Set<String> top) {
        Set<String> fields = new HashSet<>(top);
        StreamView.STATS.forEach(field -> fields.add("stats." + field));
        return fields;
    }

    private static Set<String> sortable() {
        Set<String> fields = fields(StreamView.FIELDS);
        fields.removeAll(Set.of("inputs", "stats", "stats.media_info"));
        return fields;
    }

    /** A stream of the list. Confined to one request. */
    private final class StreamRow extends Lists.Row {
        private final String name;
        private final StreamInfo info;
        private final String refusal;

        StreamRow(String name, StreamInfo info, String refusal) {
            super(name);
            this.name = name;
            this.info = info;
            this.refusal = refusal;
        }

        @Override
        Map<String, Object> render() {
            return body(name, info, refusal);
        }
    }

    Answer list(Call call) throws Refused {
        String part = call.query("q") == null ? "" : call.query("q").toLowerCase(Locale.ROOT);
        Map<String, StreamInfo> live = new HashMap<>();
        engine.streams().forEach(info -> live.put(info.name(), info));
        Set<String> names = new HashSet<>(live.keySet());
        rules().named().forEach(rule -> names.add(rule.pattern()));
        Map<String, String> refused = refusedPublishers();
        List<StreamRow> rows = new ArrayList<>(names.size());
        for (String name : names) {
            if (part.isEmpty() || name.toLowerCase(Locale.ROOT).contains(part)) {
                rows.add(new StreamRow(name, live.get(name), refused.get(name)));
            }
        }
        return Answer.of(LIST.page(rows, call));
    }

    Answer get(String name) throws Refused {
        return Answer.of(shown(name));
    }

    private Map<String, Object> shown(String name) throws Refused {
        StreamInfo info = engine.stream(name).orElse(null);
        if (rules().exactly(name) == null && info == null) {
            throw Refused.notFound(
                    StreamName.isValid(name)
                            ? "No stream \"" + name + "\" is declared by its name or live."
                            : "This is not the name of a stream.");
        }
        return body(name, info, refusedPublishers().get(name));
    }

    private Map<String, Object> body(String name, StreamInfo info, String refusal) {
        StreamRules rules = rules();
        StreamRule rule = rules.find(name).orElse(new StreamRule(name, "", ""));
        ConfigKeeper.State state = keeper.state();
        Map<String, Object> body = StreamView.settings(name, rule, origin(state, name), template(state, rules, name));
        body.put("stats", view.stats(name, info, refusal));
        return body;
    }

    private StreamRules rules() {
        return keeper.live().get().access().streams();
    }

    static StreamOrigin origin(ConfigKeeper.State state, String name) {
        StreamRules main = state.main().access().streams();
        if (main.exactly(name) != null) {
            return StreamOrigin.CONFIG;
        }
        if (state.own().streams().containsKey(name)) {
            return StreamOrigin.API;
        }
        return state.main().access().open() ? StreamOrigin.OPEN : StreamOrigin.TEMPLATE;
    }

    /** Why, by stream, the last publisher was refused within a minute. */
    private Map<String, String> refusedPublishers() {
        Instant since = clock.instant().minus(RECENT);
        Map<String, String> titles = new HashMap<>();
        for (RecentRefusals.Refusal refusal : refusals.list()) {
            if (refusal.type().equals("publish") && refusal.at().isAfter(since)) {
                titles.putIfAbsent(refusal.stream(), refusal.title());
            }
        }
        return titles;
    }

    Answer save(String name, Call call) throws Refused {
        if (!StreamName.isValid(name)) {
            throw Refused.wrong("This is not the name of a stream: 1 to 8 segments of letters, digits and . _ ~ -");
        }
        StreamChange change = StreamChange.read(name, call.fields());
        change(state -> {
            refuseDeclared(state, name);
            StreamRules templates = state.streams();
            OwnStream own = state.own().streams().get(name);
            OwnStream base = own != null ? own : OwnStream.of(name, template(state, templates, name));
            return state.own().with(change.applyTo(base, templates, place()));
        });
        audit.change(call.who(), call.caller(), "action=stream.save name=" + name + " fields=" + change.fieldNames());
        return Answer.of(shown(name));
    }

    /** The pattern whose settings hold where the stream says nothing itself; null when there is none. */
    private static String template(ConfigKeeper.State state, StreamRules rules, String name) {
        if (state.main().access().streams().exactly(name) != null) {
            return null;
        }
        OwnStream own = state.own().streams().get(name);
        if (own != null) {
            return own.template();
        }
        StreamRule template = rules.template(name);
        return template == null ? null : template.pattern();
    }

    private String place() {
        return String.valueOf(keeper.source() == null ? "" : keeper.source().streams());
    }

    Answer delete(String name, Call call) throws Refused {
        change(state -> {
            refuseDeclared(state, name);
            if (!state.own().streams().containsKey(name)) {
                throw rules().find(name).isPresent() && engine.stream(name).isPresent()
                        ? Refused.conflict(
                                "declared_by_template",
                                "The stream is given by a template, which stands in the config file.")
                        : Refused.notFound("There is no such stream to delete.");
            }
            return state.own().without(name);
        });
        traffic.sessions(name).forEach(session -> session.media().close(SessionEnd.OPERATOR));
        audit.change(call.who(), call.caller(), "action=stream.delete name=" + name);
        return Answer.DONE;
    }

    private static void refuseDeclared(ConfigKeeper.State state, String name) throws Refused {
        StreamRule declared = state.main().access().streams().exactly(name);
        if (declared != null) {
            throw Refused.conflict(
                    "declared_in_config",
                    "The stream is declared in " + declared.declaredIn() + " and can be changed only there.");
        }
    }

    private void change(ConfigKeeper.Change<Refused> change) throws Refused {
        save(keeper, change);
    }

    static void save(ConfigKeeper keeper, ConfigKeeper.Change<Refused> change) throws Refused {
        try {
            keeper.change(change);
        } catch (IOException e) {
            throw Refused.notSaved(reason(e));
        } catch (ConfigException e) {
            throw Refused.conflict("streams_file", "The streams file was edited and is wrong: " + e.getMessage());
        }
    }

    private static String reason(IOException e) {
        String what = e instanceof java.nio.file.AccessDeniedException ? "access denied, " : "";
        return what + e.getMessage() + ".";
    }

    Answer stop(String name, Call call) throws Refused {
        List<ClientSession> sessions = traffic.sessions(name);
        if (sessions.isEmpty()
                && rules().exactly(name) == null
                && engine.stream(name).isEmpty()) {
            throw Refused.notFound("There is no such stream.");
        }
        sessions.stream().filter(session -> session.role() == Role.PUBLISH).forEach(session -> session.media()
                .close(SessionEnd.OPERATOR));
        audit.change(call.who(), call.caller(), "action=stream.stop name=" + name);
        return Answer.DONE;
    }

    /** Declared or live. */
    int count() {
        Set<String> names = new TreeSet<>();
        rules().named().forEach(rule -> names.add(rule.pattern()));
        engine.streams().forEach(info -> names.add(info.name()));
        return names.size();
    }
}
