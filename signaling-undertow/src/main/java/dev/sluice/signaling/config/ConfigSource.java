package dev.sluice.signaling.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Where the configuration comes from. Immutable.
 *
 * @param main the config file, null: there is none
 * @param streams what was changed by the API; the file need not be there
 * @param options puts the command line's over it
 */
public record ConfigSource(Path main, Path streams, UnaryOperator<ServerConfig> options) {

    /** @param main null: none was given */
    public static ConfigSource of(Path main, UnaryOperator<ServerConfig> options) {
        return new ConfigSource(main, StreamsFile.beside(main), options);
    }

    /** The config file with the command line over it. */
    Main readMain() throws ConfigException {
        if (main == null) {
            return new Main(options.apply(ServerConfig.DEFAULTS), Map.of());
        }
        ConfigFile.Content content = ConfigFile.readWhole(main);
        return new Main(options.apply(content.config()), content.places());
    }

    StreamsFile readStreams() throws ConfigException {
        return StreamsFile.read(streams);
    }

    /** What tells that a file has changed; null when there is none. */
    static FileState state(Path file) {
        if (file == null) {
            return null;
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileState(
                    attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
                    attributes.size(),
                    String.valueOf(attributes.fileKey()));
        } catch (IOException e) {
            return null;
        }
    }

    /** Immutable. */
    record FileState(long modifiedNs, long bytes, String key) {}

    /**
     * What the config file and the command line say. Immutable.
     *
     * @param places file and line of each key of the file's root
     */
    record Main(ServerConfig config, Map<String, String> places) {

        /** With what was changed by the API, which stands back where the config file says something of the same. */
        ServerConfig and(StreamsFile own) {
            AccessConfig access = config.access();
            boolean saysGrace = places.containsKey("publisher_grace") || own.publisherGrace() == null;
            Duration grace = saysGrace ? config.media().publisherGrace() : own.publisherGrace();
            PageOrigins said = new PageOrigins(access.playOrigins(), access.publishOrigins());
            boolean saysOrigins = places.containsKey("origins") || access.open();
            StreamRules streams = own.beside(access.streams()).withDefaultGrace(grace);
            return config.with(
                    access.with(streams, saysOrigins ? said : own.origins().or(said)), grace);
        }
    }
}
