package dev.sluice.signaling.config;

import dev.sluice.signaling.config.ConfigSource.FileState;
import dev.sluice.signaling.tls.Certificates;
import dev.sluice.signaling.tls.TlsException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again, changes what the API may change of it, and keeps that on the disk; whatever is wrong is refused
 * whole and the old goes on. Safe for many threads; its methods wait for the disk and for each other.
 */
public final class ConfigKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigKeeper.class);

    /** A change of what the API may change. */
    @FunctionalInterface
    public interface Change<E extends Exception> {
        /** @throws E when it is not possible; then nothing changes */
        StreamsFile apply(State state) throws E;
    }

    /**
     * The parts of the configuration by where they come from. Immutable.
     *
     * @param main what the config file and the command line say
     * @param places file and line of each key of the config file's root
     * @param own what was changed by the API
     */
    public record State(ServerConfig main, Map<String, String> places, StreamsFile own) {

        /** All declared streams. */
        public StreamRules streams() {
            return own.beside(main.access().streams());
        }
    }

    private final ConfigSource source;
    private final InstantSource clock;
    private final ServerConfig started;
    private final LiveConfig live;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile ConfigReloads reloads;
    private volatile State state;
    private FileState mainState;
    private FileState ownState;
    /** The certificate's, as the config file that was read last names them. */
    private List<Path> pemFiles = List.of();

    private List<FileState> pemStates = List.of();

    private ConfigKeeper(
            ConfigSource source, InstantSource clock, ConfigSource.Main main, StreamsFile own, ServerConfig started) {
        this.source = source;
        this.clock = clock;
        this.state = new State(main.config(), main.places(), own);
        this.started = started;
        this.live = new LiveConfig(started);
        this.reloads = ConfigReloads.started(clock.instant());
        warn(state, started.access().streams());
    }

    /** Reads it for the first time. */
    public static ConfigKeeper start(ConfigSource source) throws ConfigException {
        FileState mainState = ConfigSource.state(source.main());
        FileState ownState = ConfigSource.state(source.streams());
        ConfigSource.Main main = source.readMain();
        StreamsFile own = source.readStreams();
        ConfigKeeper keeper = new ConfigKeeper(source, InstantSource.system(), main, own, main.and(own));
        keeper.mainState = mainState;
        keeper.ownState = ownState;
        keeper.rememberPemFiles(main);
        return keeper;
    }

    /** Of a configuration that is in no file: nothing of it can be read again or changed. */
    public static ConfigKeeper of(ServerConfig config) {
        ConfigSource.Main main = new ConfigSource.Main(config, Map.of());
        return new ConfigKeeper(null, InstantSource.system(), main, StreamsFile.EMPTY, main.and(StreamsFile.EMPTY));
    }

    public LiveConfig live() {
        return live;
    }

    public ConfigReloads reloads() {
        return reloads;
    }

    public State state() {
        return state;
    }

    /** Null when nothing can be read again or changed. */
    public ConfigSource source() {
        return source;
    }

    /**
     * Reads all files again and puts them in force.
     *
     * @param cause for the log
     * @throws ConfigException when they are wrong: nothing has changed
     */
    public void reload(String cause) throws ConfigException {
        lock.lock();
        try {
            if (source == null) {
                return;
            }
            mainState = ConfigSource.state(source.main());
            ownState = ConfigSource.state(source.streams());
            pemStates = states(pemFiles);
            ConfigSource.Main main = source.readMain();
            rememberPemFiles(main);
            checkCertificate(main);
            apply(new State(main.config(), main.places(), source.readStreams()));
            LOG.info(
                    "config=reloaded cause={} streams={}{}",
                    cause,
                    live.get().access().streams().named().size(),
                    restart());
        } catch (ConfigException e) {
            reloads = reloads.refused(clock.instant(), e.getMessage());
            LOG.error("config=refused cause={} reason=\"{}\", the old one goes on", cause, e.getMessage());
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private static List<FileState> states(List<Path> files) {
        return files.stream().map(ConfigSource::state).toList();
    }

    private void rememberPemFiles(ConfigSource.Main main) {
        ListenConfig listen = main.config().listen();
        pemFiles = listen.certificate() == null ? List.of() : List.of(listen.certificate(), listen.key());
        pemStates = states(pemFiles);
    }

    /** At the start this is refused by who takes the certificate. */
    private static void checkCertificate(ConfigSource.Main main) throws ConfigException {
        ListenConfig listen = main.config().listen();
        try {
            Certificates.check(listen.certificate(), listen.key());
        } catch (TlsException e) {
            throw new ConfigException(main.places().get("tls") + ": tls: " + e.getMessage());
        }
    }

    private String restart() {
        List<String> keys = reloads.restartNeeded();
        return keys.isEmpty() ? "" : " needs_restart=" + String.join(",", keys);
    }

    private void apply(State next) {
        ServerConfig whole = new ConfigSource.Main(next.main(), next.places()).and(next.own());
        state = next;
        reloads = reloads.applied(clock.instant(), whole.needingRestart(started));
        warn(next, whole.access().streams());
        live.replace(whole.startedAs(started));
    }

    private static void warn(State state, StreamRules all) {
        StreamRules main = state.main().access().streams();
        state.own().streams().forEach((name, stream) -> {
            StreamRule rule = main.exactly(name);
            if (rule != null) {
                LOG.warn("stream={} the config file ({}) counts, not the streams file", name, rule.declaredIn());
                return;
            }
            try {
                stream.over(all);
            } catch (ConfigException e) {
                LOG.warn("stream={} is switched off: {}", name, e.getMessage());
            }
        });
    }

    /**
     * Puts a change on the disk, then in force.
     *
     * @throws IOException when it cannot be written: nothing has changed
     * @throws ConfigException when the streams file was edited meanwhile and is wrong
     */
    public <E extends Exception> void change(Change<E> change) throws E, IOException, ConfigException {
        lock.lock();
        try {
            if (source == null) {
                throw new IOException("this server has no file for it");
            }
            State now = state;
            FileState onDisk = ConfigSource.state(source.streams());
            if (onDisk != null && !onDisk.equals(ownState)) {
                now = new State(now.main(), now.places(), source.readStreams());
            }
            StreamsFile own = change.apply(now);
            AtomicFile.write(source.streams(), own.text());
            ownState = ConfigSource.state(source.streams());
            State next = new State(now.main(), now.places(), own);
            ServerConfig whole = new ConfigSource.Main(next.main(), next.places()).and(own);
            state = next;
            live.replace(whole.startedAs(started));
        } finally {
            lock.unlock();
        }
    }

    /** Which files are there now, the certificate's too, as far as they are not those that were read last; null when they are. */
    Object unread() {
        lock.lock();
        try {
            FileState main = ConfigSource.state(source.main());
            FileState own = ConfigSource.state(source.streams());
            List<FileState> pem = states(pemFiles);
            return Objects.equals(main, mainState) && Objects.equals(own, ownState) && pem.equals(pemStates)
                    ? null
                    : Arrays.asList(main, own, pem);
        } finally {
            lock.unlock();
        }
    }
}
