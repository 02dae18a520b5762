package dev.sluice.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ways that are narrow or slow, in a network namespace that ends with its process; skipped where none may be made. */
class PortNamespaceTest {
    private static final String SETTING = "ip link set lo mtu 1280 up";
    private static final String SHAPING = " && tc qdisc add dev lo root tbf rate 1mbit burst 64kb limit 1mb";

    static List<String> options() {
        return Ports.options();
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldBringEverythingOverANarrowAndASlowWay(String option) throws Exception {
        assumeTrue(Ports.hasIpv6());
        assumeTrue(run(SETTING + SHAPING) != null, "no namespace here");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String output = run(SETTING + " && exec " + java
                + " --enable-native-access=ALL-UNNAMED --add-exports=java.base/sun.nio.ch=ALL-UNNAMED -cp '"
                + System.getProperty("java.class.path") + "' " + NamespaceProbe.class.getName() + " " + option);
        boolean runs = option.equals("batch");
        // Of a player's two large runs only the first is tried; from then on it gets no run, its neighbour does.
        String narrow = " right=true out=40 failed=0 refused=" + (runs ? 1 : 0) + " runs=" + runs;
        assertEquals(
                List.of(
                        "narrow 127.0.0.1" + narrow,
                        "narrow ::1" + narrow,
                        "slow waited=true right=true out=12000 failed=0 refused=0 runs=" + runs),
                String.valueOf(output)
                        .lines()
                        .filter(line -> line.contains(" right="))
                        .toList());
    }

    /** What the command prints in a namespace of its own; null when it fails. */
    private static String run(String command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder("unshare", "-rn", "sh", "-c", command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? output : null;
        } catch (IOException e) {
            return null;
        }
    }
}
