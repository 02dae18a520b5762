package dev.sluice.signaling;

import dev.sluice.signaling.config.ConfigFile;
import dev.sluice.signaling.config.ListenAddress;
import dev.sluice.signaling.config.ListenConfig;
import dev.sluice.signaling.config.LogFormat;
import dev.sluice.signaling.config.MediaConfig;
import dev.sluice.signaling.config.ServerConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The command line; what is null was not given. Confined to the main thread. */
@Command(
        name = "sluice",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        customSynopsis = "sluice [OPTION]… | sluice diagnose | sluice hash-password",
        sortOptions = false,
        description = "A WebRTC media server: browsers publish live streams, other browsers play them.",
        usageHelpAutoWidth = true)
final class Options {
    @Option(
            names = "--listen",
            paramLabel = "ADDR:PORT",
            converter = ListenConverter.class,
            description = "HTTP and WebSocket, plain and TLS (default 127.0.0.1:8080)")
    ListenAddress listen;

    @Option(
            names = "--tls-listen",
            paramLabel = "ADDR:PORT",
            converter = ListenConverter.class,
            description = "a second such address, to tell users for https (default 127.0.0.1:8443)")
    ListenAddress tlsListen;

    @Option(
            names = "--media-port",
            paramLabel = "N",
            converter = PortConverter.class,
            description = "UDP and TCP port of the first media loop, the others follow (default 7000)")
    Integer mediaPort;

    @Option(
            names = "--loops",
            paramLabel = "N",
            converter = LoopsConverter.class,
            description = "media loops, a thread and a UDP port each (default: one per core)")
    Integer loops;

    @Option(
            names = "--announce",
            paramLabel = "ADDR[,ADDR…]",
            converter = AddressesConverter.class,
            description =
                    "addresses put into candidates, such as the public one of a NAT (default: those of this machine)")
    Addresses announce;

    @Option(
            names = "--ice-tcp",
            paramLabel = "ADDR:PORT",
            converter = SocketAddressConverter.class,
            description =
                    "one more TCP port for media, such as 443 of a second address (the media ports take TCP anyway)")
    InetSocketAddress iceTcp;

    @Option(names = "--config", paramLabel = "FILE", description = "streams, passwords, origins, TLS: see README")
    Path config;

    @Option(
            names = "--srtp",
            paramLabel = "PROVIDER",
            converter = SrtpConverter.class,
            description =
                    "auto, libsrtp-jna, libsrtp-ffm, openssl-ffm or jdk (default auto: the fastest that is there)")
    String srtp;

    @Option(
            names = "--io",
            paramLabel = "WAY",
            converter = IoConverter.class,
            description = "media sockets: batch (many datagrams in a call, Linux), nio or auto (the default)")
    String io;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            converter = LogFormatConverter.class,
            description = "of the log on stderr: text or json (default text)")
    LogFormat logFormat;
    /** Those of no arguments, or of {@code --config FILE} alone; null when it takes a parser to tell. */
    static Options simple(String[] args) {
        Options options = new Options();
        if (args.length == 2 && args[0].equals("--config")) {
            options.config = Path.of(args[1]);
            return options;
        }
        return args.length == 0 ? options : null;
    }

    /** Without a config everything is allowed, so only this computer may use it. */
    void requireConfigForStrangers(CommandLine commandLine) {
        boolean loopback = (listen == null || listen.isLoopback()) && (tlsListen == null || tlsListen.isLoopback());
        if (config == null && !loopback) {
            throw new ParameterException(
                    commandLine,
                    "listening on another address than loopback needs --config FILE that declares the streams,"
                            + " such as: streams { live { input = \"publish://\", password = \"…\" } }");
        }
    }

    /** Options win over the file. */
    ServerConfig over(ServerConfig base) {
        ListenConfig listenBase = base.listen();
        MediaConfig media = base.media();
        return new ServerConfig(
                new ListenConfig(
                        listen == null ? listenBase.plain() : listen,
                        tlsListen == null ? listenBase.tls() : tlsListen,
                        listenBase.certificate(),
                        listenBase.key()),
                new MediaConfig(
                        mediaPort == null ? media.port() : mediaPort,
                        loops == null ? media.loops() : loops,
                        announce == null ? media.announce() : announce.list,
                        iceTcp == null ? media.iceTcp() : iceTcp,
                        srtp == null ? media.srtp() : srtp,
                        io == null ? media.io() : io,
                        media.publisherGrace()),
                base.turn(),
                base.access(),
                base.limits(),
                logFormat == null ? base.logFormat() : logFormat,
                base.drain(),
                base.admin(),
                base.events());
    }

    /** Parsers throw IllegalArgumentException with what was expected. Immutable. */
    private abstract static class Converter<T> implements ITypeConverter<T> {
        abstract T parse(String text);

        @Override
        public T convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Immutable. */
    static final class ListenConverter extends Converter<ListenAddress> {
        @Override
        ListenAddress parse(String text) {
            return ListenAddress.parse(text);
        }
    }

    /** Immutable. */
    static final class PortConverter extends Converter<Integer> {
        @Override
        Integer parse(String text) {
            return ListenAddress.parsePort(text);
        }
    }

    /** Immutable. */
    static final class LoopsConverter extends Converter<Integer> {
        @Override
        Integer parse(String text) {
            return MediaConfig.parseLoops(text);
        }
    }

    /** Immutable. */
    static final class SocketAddressConverter extends Converter<InetSocketAddress> {
        @Override
        InetSocketAddress parse(String text) {
            return ConfigFile.parseSocketAddress(text);
        }
    }

    /** One value for picocli, which would treat a list as a repeated option. Immutable. */
    record Addresses(List<InetAddress> list) {}

    /** Immutable. */
    static final class AddressesConverter extends Converter<Addresses> {
        @Override
        Addresses parse(String text) {
            return new Addresses(Stream.of(text.split(",", -1))
                    .map(address -> ConfigFile.parseAddress(address.strip()))
                    .toList());
        }
    }

    /** Immutable. */
    static final class SrtpConverter extends Converter<String> {
        @Override
        String parse(String text) {
            return ConfigFile.parseSrtp(text);
        }
    }

    /** Immutable. */
    static final class IoConverter extends Converter<String> {
        @Override
        String parse(String text) {
            return ConfigFile.parseIo(text);
        }
    }

    /** Immutable. */
    static final class LogFormatConverter extends Converter<LogFormat> {
        @Override
        LogFormat parse(String text) {
            return LogFormat.parse(text);
        }
    }
}
