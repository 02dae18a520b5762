package dev.sluice.benchmarks.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of other main classes of this class path. Immutable. */
public final class Java {
    /**
     * For what is over before C2 has paid for itself. The clients of a storm spent 40 % of their core on compiling: 5,000 joins
     * took 30 s for want of it, and take 17 so. As {@code ./bench} starts {@code load --storm}, too.
     */
    static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

    private Java() {}

    /** As {@code ./bench} starts them. */
    public static List<String> command(String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-exports",
                "java.base/sun.nio.ch=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
        command.addAll(arguments);
        return command;
    }
}
