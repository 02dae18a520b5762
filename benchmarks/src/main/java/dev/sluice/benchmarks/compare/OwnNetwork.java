package dev.sluice.benchmarks.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace of this process and its children alone, which ends with them: loopback, and one more interface with an address
 * of it, since some servers (Janus) never offer loopback's. All that is sent to that address goes by loopback all the same, and
 * nothing can leave the machine. Immutable.
 */
public final class OwnNetwork {
    /** Of the range for benchmarks (RFC 2544). */
    public static final String ADDRESS = "198.18.0.1";

    private static final String MARK = "SLUICE_BENCH_NETWORK";
    private static final String SET_UP = "ip link set lo up && ip link add sluice0 type veth peer name sluice1"
            + " && ip addr add " + ADDRESS + "/30 dev sluice0 && ip link set sluice1 up && ip link set sluice0 up"
            + " && exec \"$@\"";

    private OwnNetwork() {}

    /** Whether this process already is in one. */
    public static boolean isHere() {
        return System.getenv(MARK) != null;
    }

    /** Whether one can be made. */
    public static boolean isPossible() throws InterruptedException {
        if (!Programs.isHere("unshare") || !Programs.isHere("ip")) {
            return false;
        }
        try {
            Programs.run(wrapped(List.of("true")));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Runs a command in a new one with our input and output; returns its exit code. */
    public static int run(List<String> command) throws IOException, InterruptedException {
        Process process = builder(command).inheritIO().start();
        Thread ender = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(ender);
        int code = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(ender);
        return code;
    }

    /** What starts a command in a new one. */
    static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(wrapped(command));
        builder.environment().put(MARK, ADDRESS);
        return builder;
    }

    private static List<String> wrapped(List<String> command) {
        List<String> wrapped = new ArrayList<>(List.of("unshare", "--net"));
        if (!System.getProperty("user.name").equals("root")) {
            wrapped.addAll(List.of("--user", "--map-root-user"));
        }
        wrapped.addAll(List.of("--", "sh", "-c", SET_UP, "sh"));
        wrapped.addAll(command);
        return wrapped;
    }
}
