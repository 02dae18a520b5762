package dev.sluice.signaling.diagnose;

import dev.sluice.signaling.config.ConfigException;
import dev.sluice.signaling.config.ConfigFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./run diagnose}: fetches the report from the running server, or makes what can be had without one. Confined to the main
 * thread.
 */
@Command(
        name = "diagnose",
        mixinStandardHelpOptions = true,
        customSynopsis = "./run diagnose [OPTION]…",
        sortOptions = false,
        description = "Writes one file for a bug report: versions, config without secrets, counters, threads, log.",
        usageHelpAutoWidth = true)
public final class DiagnoseCommand implements Callable<Integer> {
    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int READ_TIMEOUT_MS = 30_000;
    private static final int FAILED = 1;
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "of the server (default http://127.0.0.1:8080); by https: only with a certificate that is trusted here")
    private String url = "http://127.0.0.1:8080";

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "the administrator's, if the server wants one (default: $SLUICE_TOKEN)")
    private String token = System.getenv("SLUICE_TOKEN");

    @Option(names = "--out", paramLabel = "FILE", description = "to write (default sluice-diagnose-TIME.zip)")
    private Path out;

    @Option(names = "--config", paramLabel = "FILE", description = "to report on when the server does not run")
    private Path config;

    private final String version;
    private final PrintStream said;
    private final PrintStream errors;

    public DiagnoseCommand(String version, PrintStream said, PrintStream errors) {
        this.version = version;
        this.said = said;
        this.errors = errors;
    }

    @Override
    public Integer call() {
        byte[] report;
        try {
            report = fetch();
        } catch (RefusedException e) {
            errors.println("sluice: " + e.getMessage());
            return FAILED;
        } catch (IOException | IllegalArgumentException e) {
            said.println("No server answers at " + url + " (" + e.getMessage()
                    + "): the report says only what can be known without it.");
            report = withoutServer(e);
        }
        Path file = out == null ? Path.of("sluice-diagnose-" + STAMP.format(Instant.now()) + ".zip") : out;
        try {
            write(file, report);
        } catch (IOException e) {
            errors.println("sluice: " + file + " cannot be written: " + e.getMessage());
            return FAILED;
        }
        said.println(file + ": look it through, then send it.");
        return 0;
    }

    /** A new file is for its owner: it names streams and addresses. */
    private static void write(Path file, byte[] report) throws IOException {
        FileAttribute<?>[] attributes =
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        Set<OpenOption> options =
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        try (SeekableByteChannel channel = Files.newByteChannel(file, options, attributes)) {
            for (ByteBuffer bytes = ByteBuffer.wrap(report); bytes.hasRemaining(); ) {
                channel.write(bytes);
            }
        }
    }

    /** The server is there and does not give it. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    private byte[] fetch() throws IOException, RefusedException {
        URI address = URI.create(url.replaceAll("/+$", "") + "/-/diagnose");
        if (!(address.toURL().openConnection() instanceof HttpURLConnection connection)) {
            throw new IllegalArgumentException("not an http or https address");
        }
        connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
        connection.setReadTimeout(READ_TIMEOUT_MS);
        connection.setInstanceFollowRedirects(false);
        if (token != null && !token.isEmpty()) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        try {
            int status = connection.getResponseCode();
            if (status == 401 || status == 403) {
                throw new RefusedException("the server at " + url + " refuses (" + status
                        + "): give the administrator's --token, or ask on the server's own computer");
            }
            if (status != 200) {
                throw new RefusedException("the server at " + url + " answers " + status);
            }
            try (InputStream body = connection.getInputStream()) {
                return body.readAllBytes();
            }
        } catch (SSLException e) {
            throw new RefusedException("TLS with " + url + " failed (" + e.getMessage()
                    + "): is its certificate self-signed? On the server's own computer ask by http:, which all of its ports answer, such as --url http://127.0.0.1:"
                    + (address.getPort() < 0 ? 443 : address.getPort()));
        } finally {
            connection.disconnect();
        }
    }

    private byte[] withoutServer(Exception why) {
        Report report = new Report();
        report.add(
                "about.txt",
                () -> Diagnosis.ABOUT + "Made at " + Instant.now() + " WITHOUT the server: nothing answered at " + url
                        + " (" + why + ").\nWhat a running server would tell is missing.\n");
        report.add("versions.txt", () -> Machine.versions(version));
        report.add("limits.txt", Machine::limits);
        report.add("jvm.txt", Machine::jvm);
        if (config != null) {
            report.add("config.txt", this::configText);
        }
        return report.bytes();
    }

    /** What is wrong with a config is often why the server does not run. Messages may repeat a value, so only the place is told. */
    private String configText() {
        try {
            return ConfigText.of(ConfigFile.read(config));
        } catch (ConfigException e) {
            String message = e.getMessage();
            return "refused at " + message.replaceFirst("(?s)(:[0-9]+|): .*", "$1") + "\n";
        }
    }
}
