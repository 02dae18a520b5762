package dev.sluice.signaling;

import dev.sluice.engine.EngineStartException;
import dev.sluice.engine.MediaEngine;
import dev.sluice.signaling.admin.PasswordHash;
import dev.sluice.signaling.config.ConfigException;
import dev.sluice.signaling.config.ConfigKeeper;
import dev.sluice.signaling.config.ConfigSource;
import dev.sluice.signaling.config.ConfigWatch;
import dev.sluice.signaling.config.ListenAddress;
import dev.sluice.signaling.config.ListenConfig;
import dev.sluice.signaling.config.LogFormat;
import dev.sluice.signaling.config.ServerConfig;
import dev.sluice.signaling.diagnose.DiagnoseCommand;
import dev.sluice.signaling.http.BindFailedException;
import dev.sluice.signaling.logging.LogSetup;
import dev.sluice.signaling.tls.Certificates;
import dev.sluice.signaling.tls.TlsException;
import dev.sluice.signaling.websocket.SocketTimings;
import java.io.BufferedReader;
import java.io.Console;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Starts and stops the server. Confined to the main thread and the shutdown hook. */
public final class Main {
    static final int EXIT_START = 1;
    static final int EXIT_USAGE = 2;

    private static final Duration CERTIFICATE_CHECK = Duration.ofMinutes(1);
    /** Ample: closing takes about a second. */
    private static final Duration STOP_TIME = Duration.ofSeconds(10);

    private Main() {}

    public static void main(String[] args) {
        System.setProperty("org.jboss.logging.provider", "slf4j");
        // Undertow's I/O registers there, which takes a tenth of a second the first time: beside the rest of the start.
        Thread.ofPlatform().name("management").daemon().start(ManagementFactory::getPlatformMBeanServer);
        int exitCode = run(args, System.out, System.err);
        if (exitCode >= 0) {
            System.exit(exitCode);
        }
    }

    /** Returns an exit code, or -1 when the server runs. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            if (args.length > 0 && args[0].equals("diagnose")) {
                return diagnose(Arrays.copyOfRange(args, 1, args.length), out, err);
            }
            if (args.length == 1 && args[0].equals("hash-password")) {
                return hashPassword(out, err);
            }
            // Without arguments, or with a service's only one, there is nothing to parse, and picocli is a tenth of the
            // start.
            Options options = Options.simple(args);
            if (options == null) {
                options = parse(args, out);
            }
            if (options == null) {
                return 0;
            }
            start(ConfigKeeper.start(ConfigSource.of(options.config, options::over)), out);
            return -1;
        } catch (ParameterException e) {
            err.println("sluice: " + oneLine(e) + " (see --help)");
            return EXIT_USAGE;
        } catch (ConfigException | TlsException | EngineStartException | BindFailedException e) {
            err.println("sluice: " + oneLine(e));
            return EXIT_START;
        }
    }

    private static int diagnose(String[] args, PrintStream out, PrintStream err) {
        return new CommandLine(new DiagnoseCommand(Version.text(), out, err))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler((e, rest) -> {
                    err.println("sluice: " + oneLine(e) + " (see diagnose --help)");
                    return EXIT_USAGE;
                })
                .execute(args);
    }

    /** Null when help or version was asked for and printed. */
    private static Options parse(String[] args, PrintStream out) {
        Options options = new Options();
        CommandLine commandLine = new CommandLine(options);
        CommandLine.ParseResult parsed = commandLine.parseArgs(args);
        if (parsed.isUsageHelpRequested()) {
            commandLine.usage(out);
            return null;
        }
        if (parsed.isVersionHelpRequested()) {
            commandLine.printVersionHelp(out);
            return null;
        }
        options.requireConfigForStrangers(commandLine);
        return options;
    }

    private static String oneLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("failed");
    }

    /** One line of standard input, without an echo where it is a terminal. */
    private static int hashPassword(PrintStream out, PrintStream err) {
        Console console = System.console();
        String password = console != null && console.isTerminal()
                ? new String(console.readPassword("Password: "))
                : firstLine(System.in);
        if (password.isEmpty()) {
            err.println("sluice: hash-password expects a password on standard input");
            return EXIT_USAGE;
        }
        out.println(PasswordHash.of(password));
        return 0;
    }

    private static String firstLine(InputStream in) {
        try {
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .findFirst()
                    .orElse("");
        } catch (UncheckedIOException e) {
            return "";
        }
    }

    private static void start(ConfigKeeper keeper, PrintStream out)
            throws TlsException, EngineStartException, BindFailedException {
        ServerConfig config = keeper.live().get();
        if (config.logFormat() == LogFormat.JSON) {
            LogSetup.useJson();
        }
        SecureRandom random = new SecureRandom();
        FutureTask<Certificates> tls = new FutureTask<>(() -> tls(config.listen(), random));
        // Beside the engine's start, which needs as long.
        Thread.ofPlatform().name("tls").daemon().start(tls);
        MediaEngine engine = MediaEngine.start(config.engineConfig());
        SluiceServer server;
        try {
            Certificates certificates = await(tls);
            server = SluiceServer.bind(keeper, engine, certificates, SocketTimings.DEFAULTS, random);
            keeper.live()
                    .onChange(now -> certificates.use(
                            now.listen().certificate(), now.listen().key()));
            certificates.watch(CERTIFICATE_CHECK);
        } catch (TlsException | BindFailedException | RuntimeException e) {
            engine.close();
            throw e;
        }
        ServiceManager serviceManager = new ServiceManager(System.getenv(ServiceManager.VARIABLE));
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> stop(server, serviceManager)));
        server.drained().thenRun(() -> System.exit(0));
        AtomicBoolean told = new AtomicBoolean();
        Signals.handle("TERM", () -> terminate(server, serviceManager, told));
        // Before anybody is told that we are here: a JVM without a handler ends on SIGHUP.
        ConfigWatch watch = new ConfigWatch(keeper);
        if (!Signals.handle("HUP", () -> watch.reload("SIGHUP"))) {
            LoggerFactory.getLogger(Main.class).info("config=watched sighup=unavailable");
        }
        watch.start();
        out.println(readyLine(config, server, engine));
        out.flush();
        server.open();
        serviceManager.ready();
        server.warmUp();
    }

    /** The first time drains, if the config says so; the second ends at once. */
    private static void terminate(SluiceServer server, ServiceManager serviceManager, AtomicBoolean told) {
        Duration drain = told.getAndSet(true) ? Duration.ZERO : server.drain();
        if (drain.isZero()) {
            System.exit(0);
        } else {
            serviceManager.stopping(drain.plus(STOP_TIME));
        }
    }

    private static void stop(SluiceServer server, ServiceManager serviceManager) {
        serviceManager.stopping(STOP_TIME);
        server.close();
        // A JVM that a signal ends exits with 128 + the signal; an orderly end is 0.
        Runtime.getRuntime().halt(0);
    }

    private static Certificates await(FutureTask<Certificates> tls) throws TlsException {
        try {
            return tls.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TlsException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the main thread", e);
        }
    }

    static String readyLine(ServerConfig config, SluiceServer server, MediaEngine engine) {
        String ports = engine.mediaPorts().stream().map(String::valueOf).collect(Collectors.joining(","));
        return "Sluice ready: open http://" + shown(server.plainAddress()) + "/  tls=https://"
                + shown(server.tlsAddress()) + "/  media=udp:" + ports + "  loops="
                + engine.mediaPorts().size() + "  srtp=" + engine.srtp().option() + " ("
                + engine.srtp().reason() + ")  io=" + engine.io().option()
                + (engine.io().reason().isEmpty() ? "" : " (" + engine.io().reason() + ")")
                + (config.access().open() ? "  open for trying out: no --config" : "");
    }

    /** A wildcard is no address to open. */
    private static String shown(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress()
                ? "localhost:" + address.getPort()
                : ListenAddress.hostAndPort(address.getAddress(), address.getPort());
    }

    private static Certificates tls(ListenConfig listen, SecureRandom random) throws TlsException {
        return new Certificates(listen.certificate(), listen.key(), ownAddresses(listen), random);
    }

    /** The addresses a browser may use for us: those listened on, or all for a wildcard. */
    private static List<InetAddress> ownAddresses(ListenConfig listen) {
        Stream<InetAddress> addresses =
                Stream.of(listen.plain().address(), listen.tls().address());
        try {
            if (!listen.isLoopback()) {
                addresses = Stream.concat(
                        addresses, NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses));
            }
        } catch (SocketException e) {
            // The certificate then names the listen addresses only.
        }
        return addresses
                .filter(address -> !address.isAnyLocalAddress())
                .distinct()
                .toList();
    }
}
