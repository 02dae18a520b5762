package dev.sluice.signaling.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the HOCON file into a {@link ServerConfig}; unknown keys are refused by name. Immutable. */
public final class ConfigFile {
    private static final List<String> ROOT_KEYS = List.of(
            "listen",
            "tls_listen",
            "tls",
            "media_port",
            "loops",
            "announce",
            "ice_tcp",
            "srtp",
            "io",
            "publisher_grace",
            "turn",
            "origins",
            "trusted_proxies",
            "limits",
            "log_format",
            "auth",
            "drain_seconds",
            "drain_to",
            "admin",
            "streams",
            "webhooks",
            "telemetry");

    private static final List<String> LIMIT_KEYS = List.of(
            "max_sessions",
            "max_sessions_per_source",
            "max_handshakes_per_source",
            "max_connections",
            "max_connections_per_source",
            "video_log_kib",
            "audio_log_kib");

    private ConfigFile() {}

    /** @throws ConfigException with file, line and what was expected */
    public static ServerConfig read(Path file) throws ConfigException {
        return readWhole(file).config();
    }

    /**
     * Immutable.
     *
     * @param places file and line of each key of the root
     */
    record Content(ServerConfig config, Map<String, String> places) {}

    static Content readWhole(Path file) throws ConfigException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new ConfigException(file + ": expected a config file that can be read");
        }
        ConfigObject whole = parse(file);
        Section root = new Section(whole, "", ROOT_KEYS);
        Path folder = file.toAbsolutePath().getParent();
        Map<String, String> places = new HashMap<>();
        // Not by its entries: for a set of them it hashes all that they hold.
        for (String key : whole.keySet()) {
            places.put(key, Section.where(whole.get(key).origin()));
        }
        ListenConfig listen = listen(root, folder);
        return new Content(
                new ServerConfig(
                        listen,
                        media(root),
                        turn(root),
                        access(root, folder),
                        limits(root),
                        root.parsed("log_format", LogFormat.TEXT, LogFormat::parse),
                        DrainConfig.read(root),
                        admin(root),
                        EventsConfig.read(root, listen)),
                places);
    }

    /** @throws ConfigException with file, line and what was expected */
    static ConfigObject parse(Path file) throws ConfigException {
        try {
            Config config = ConfigFactory.parseFile(
                    file.toFile(),
                    ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setAllowMissing(false));
            return config.resolve().root();
        } catch (com.typesafe.config.ConfigException e) {
            String where = e.origin() == null ? file.toString() : Section.where(e.origin());
            String message = e.getMessage();
            int repeated = e.origin() == null ? -1 : message.indexOf(e.origin().description() + ": ");
            String reason = repeated < 0
                    ? message
                    : message.substring(repeated + e.origin().description().length() + 2);
            throw new ConfigException(where + ": " + reason.lines().findFirst().orElse("not readable as HOCON"));
        }
    }

    private static ListenConfig listen(Section root, Path folder) throws ConfigException {
        ListenConfig defaults = ListenConfig.DEFAULTS;
        Path certificate = null;
        Path key = null;
        if (root.has("tls")) {
            Section tls = root.section("tls", List.of("certificate", "key"));
            certificate = tls.parsed("certificate", null, folder::resolve);
            key = tls.parsed("key", null, folder::resolve);
            if (certificate == null || key == null) {
                throw Section.error(root.value("tls"), "tls: expected certificate and key, two PEM files");
            }
            for (String name : List.of("certificate", "key")) {
                Path pem = folder.resolve(tls.text(name, ""));
                if (!Files.isReadable(pem)) {
                    throw Section.error(tls.value(name), "tls." + name + ": expected a PEM file, cannot read " + pem);
                }
            }
        }
        return new ListenConfig(
                root.parsed("listen", defaults.plain(), ListenAddress::parse),
                root.parsed("tls_listen", defaults.tls(), ListenAddress::parse),
                certificate,
                key);
    }

    private static MediaConfig media(Section root) throws ConfigException {
        MediaConfig defaults = MediaConfig.DEFAULTS;
        return new MediaConfig(
                root.integer("media_port", defaults.port(), 0, 65_535),
                root.integer("loops", defaults.loops(), 1, MediaConfig.MAX_LOOPS),
                List.copyOf(root.list("announce", ConfigFile::parseAddress)),
                root.parsed("ice_tcp", defaults.iceTcp(), ConfigFile::parseSocketAddress),
                root.parsed("srtp", defaults.srtp(), ConfigFile::parseSrtp),
                root.parsed("io", defaults.io(), ConfigFile::parseIo),
                publisherGrace(root, defaults.publisherGrace()));
    }

    /** Also of the streams file. */
    static Duration publisherGrace(Section root, Duration otherwise) throws ConfigException {
        return root.duration("publisher_grace", otherwise, Duration.ZERO, Duration.ofDays(1));
    }

    private static TurnConfig turn(Section root) throws ConfigException {
        TurnConfig none = TurnConfig.NONE;
        if (!root.has("turn")) {
            return none;
        }
        Section turn = root.section("turn", List.of("urls", "user", "password", "secret", "lifetime"));
        TurnConfig config = new TurnConfig(
                turn.list("urls", TurnUrl::parse),
                turn.parsed("user", "", ConfigFile::parseVisible),
                turn.parsed("password", "", ConfigFile::parseVisible),
                turn.text("secret", ""),
                turn.duration("lifetime", none.lifetime()));
        if (config.urls().isEmpty()) {
            throw Section.error(root.value("turn"), "turn: expected urls, such as [\"turn:turn.example.com:3478\"]");
        }
        boolean named = !config.user().isEmpty() && !config.password().isEmpty();
        if (named != config.secret().isEmpty() || !named && !config.user().isEmpty()) {
            throw Section.error(root.value("turn"), "turn: expected either user and password, or secret");
        }
        return config;
    }

    /** It goes into HTTP headers as it is. */
    private static String parseVisible(String text) {
        if (!text.matches("[\\x21-\\x7e]+")) {
            throw new IllegalArgumentException("expected visible ASCII characters");
        }
        return text;
    }

    private static AccessConfig access(Section root, Path folder) throws ConfigException {
        PageOrigins origins = PageOrigins.read(root).or(PageOrigins.DEFAULTS);
        return new AccessConfig(
                false,
                StreamRules.of(streams(root)),
                origins.play(),
                origins.publish(),
                List.copyOf(root.list("trusted_proxies", AddressRange::parse)),
                AuthConfig.read(root, folder));
    }

    private static List<StreamRule> streams(Section root) throws ConfigException {
        List<StreamRule> rules = new ArrayList<>();
        if (root.has("streams")) {
            ConfigObject streams = root.object("streams");
            for (String pattern : streams.keySet()) {
                rules.add(StreamSection.read(pattern, streams.get(pattern)));
            }
        }
        return rules;
    }

    private static AdminConfig admin(Section root) throws ConfigException {
        return root.has("admin")
                ? AdminConfig.read(root.section("admin", AdminConfig.KEYS), root.value("admin"))
                : AdminConfig.NONE;
    }

    private static Limits limits(Section root) throws ConfigException {
        Limits defaults = Limits.DEFAULTS;
        if (!root.has("limits")) {
            return defaults;
        }
        Section limits = root.section("limits", LIMIT_KEYS);
        int most = 10_000_000;
        return new Limits(
                limits.integer("max_sessions", defaults.maxSessions(), 1, most),
                limits.integer("max_sessions_per_source", defaults.maxSessionsPerSource(), 1, most),
                limits.integer("max_handshakes_per_source", defaults.maxHandshakesPerSource(), 1, most),
                limits.integer("max_connections", defaults.maxConnections(), 1, most),
                limits.integer("max_connections_per_source", defaults.maxConnectionsPerSource(), 1, most),
                limits.powerOfTwo("video_log_kib", defaults.videoLogKib(), 256, 65_536),
                limits.powerOfTwo("audio_log_kib", defaults.audioLogKib(), 32, 4_096));
    }

    /** An IP address; names are not looked up, they would change behind our back. */
    public static InetAddress parseAddress(String text) {
        if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
            throw new IllegalArgumentException("\"" + text + "\" is not an IP address");
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not an IP address", e);
        }
    }

    /** An address with a port: {@code 203.0.113.5:443}, {@code [2001:db8::5]:443}. */
    public static InetSocketAddress parseSocketAddress(String text) {
        return ListenAddress.parse(text).socketAddress();
    }

    /** One of the SRTP provider options. */
    public static String parseSrtp(String text) {
        if (!List.of("auto", "libsrtp-jna", "libsrtp-ffm", "openssl-ffm", "jdk").contains(text)) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is none of auto, libsrtp-jna, libsrtp-ffm, openssl-ffm, jdk");
        }
        return text;
    }

    /** One of the ways to read and write sockets. */
    public static String parseIo(String text) {
        if (!List.of("auto", "batch", "nio").contains(text)) {
            throw new IllegalArgumentException("\"" + text + "\" is none of auto, batch, nio");
        }
        return text;
    }
}
