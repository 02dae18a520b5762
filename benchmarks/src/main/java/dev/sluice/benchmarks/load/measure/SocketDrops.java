package dev.sluice.benchmarks.load.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/** Datagrams that the kernel threw away because a socket's buffer was full. Stateless. */
public final class SocketDrops {
    private SocketDrops() {}

    /** The sum over the sockets with these local ports, IPv4 and IPv6. */
    public static long of(IntPredicate localPort) throws IOException {
        return count("/proc/net/udp", localPort) + count("/proc/net/udp6", localPort);
    }

    private static long count(String table, IntPredicate localPort) throws IOException {
        long drops = 0;
        try (Stream<String> lines = Files.lines(Path.of(table))) {
            for (String line : lines.skip(1).toList()) {
                String[] fields = line.strip().split("\\s+");
                String local = fields[1];
                if (localPort.test(Integer.parseInt(local.substring(local.lastIndexOf(':') + 1), 16))) {
                    drops += Long.parseLong(fields[fields.length - 1]);
                }
            }
        }
        return drops;
    }
}
