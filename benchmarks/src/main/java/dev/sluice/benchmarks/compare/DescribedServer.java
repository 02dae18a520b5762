package dev.sluice.benchmarks.compare;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A server of which a file of JSON says how it is started; docs/performance.md has the format. Immutable. */
public final class DescribedServer implements Contender {
    /**
     * The file. In all texts {port}, {port2}, {port3} are free TCP ports, {cpu} the server's cores, {loops} how many these are,
     * {folder} a folder for this start, {here} the file's own and {root} Sluice's.
     *
     * @param srtp what it encrypts with, where its mapped libraries do not tell; may be absent
     * @param needs files that must be there; may be absent
     * @param prepare run once before, unpinned; may be absent
     * @param files written into {folder} before each start
     * @param ready an address that answers, anything, once it serves
     * @param whip where to publish, with {stream}
     * @param whep where to play, with {stream}
     */
    record Description(
            String name,
            String notes,
            String srtp,
            List<String> needs,
            List<String> prepare,
            List<String> command,
            Map<String, String> environment,
            Map<String, String> files,
            String ready,
            String whip,
            String whep) {
        Description {
            if (name == null || command == null || command.isEmpty() || ready == null || whip == null || whep == null) {
                throw new IllegalArgumentException("name, command, ready, whip and whep are needed");
            }
            notes = notes == null ? "" : notes;
            srtp = srtp == null ? "" : srtp;
            needs = needs == null ? List.of() : List.copyOf(needs);
            prepare = prepare == null ? List.of() : List.copyOf(prepare);
            command = List.copyOf(command);
            environment = environment == null ? Map.of() : Map.copyOf(environment);
            files = files == null ? Map.of() : Map.copyOf(files);
        }
    }

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private static final int PORTS = 3;

    private final Description description;
    private final Path here;

    DescribedServer(Description description, Path here) {
        this.description = description;
        this.here = here;
    }

    /** @throws IOException with one line that names the file */
    public static DescribedServer read(Path file) throws IOException {
        try {
            Path here = file.toAbsolutePath().getParent();
            return new DescribedServer(JSON.readValue(file.toFile(), Description.class), here);
        } catch (IOException e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            throw new IOException(file + ": " + reason.lines().findFirst().orElse(""), e);
        }
    }

    /** Sluice, as {@code ./run} starts it in the present folder. */
    public static DescribedServer sluice(String name, List<String> moreArguments) throws IOException {
        try (InputStream file = DescribedServer.class.getResourceAsStream("sluice.json")) {
            Description read = JSON.readValue(file, Description.class);
            List<String> command = new ArrayList<>(read.command());
            command.addAll(moreArguments);
            return new DescribedServer(
                    new Description(
                            name,
                            read.notes(),
                            read.srtp(),
                            read.needs(),
                            read.prepare(),
                            command,
                            read.environment(),
                            read.files(),
                            read.ready(),
                            read.whip(),
                            read.whep()),
                    Path.of("").toAbsolutePath());
        }
    }

    @Override
    public String name() {
        return description.name();
    }

    @Override
    public String notes() {
        return description.notes();
    }

    @Override
    public String srtp() {
        return description.srtp();
    }

    @Override
    public String missing() {
        String program = fill(description.command().getFirst(), Map.of());
        if (!Programs.isHere(program)) {
            return name() + " is not here: no " + program;
        }
        for (String file : description.needs()) {
            if (!Files.exists(Path.of(fill(file, Map.of())))) {
                return name() + " is not here: no " + fill(file, Map.of()) + " (" + notes() + ")";
            }
        }
        return "";
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        if (!description.prepare().isEmpty()) {
            List<String> command = description.prepare().stream()
                    .map(each -> fill(each, Map.of()))
                    .toList();
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed");
            }
        }
    }

    @Override
    public RunningServer start(String cpu, Path folder) throws IOException, InterruptedException {
        Map<String, String> values = new HashMap<>();
        for (int i = 1; i <= PORTS; i++) {
            values.put(i == 1 ? "{port}" : "{port" + i + "}", Integer.toString(RunningServer.freePort()));
        }
        values.put("{cpu}", cpu);
        values.put("{loops}", Integer.toString(Programs.cores(cpu)));
        values.put("{folder}", folder.toString());
        for (Map.Entry<String, String> file : description.files().entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), fill(file.getValue(), values), StandardCharsets.UTF_8);
        }
        List<String> command =
                description.command().stream().map(each -> fill(each, values)).toList();
        Map<String, String> environment = new HashMap<>();
        description.environment().forEach((name, value) -> environment.put(name, fill(value, values)));
        RunningServer server = RunningServer.launch(name(), cpu, folder, command, environment);
        try {
            URI ready = URI.create(fill(description.ready(), values));
            server.awaitReady(ready);
            server.serveAt(ready.resolve("/"), fill(description.whip(), values), fill(description.whep(), values));
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private String fill(String text, Map<String, String> values) {
        String filled = text.replace("{here}", here.toString())
                .replace("{root}", Path.of("").toAbsolutePath().toString());
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace(value.getKey(), value.getValue());
        }
        return filled;
    }
}
