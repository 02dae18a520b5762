package dev.sluice.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * Results as one table of text: JMH's score with its error, processor time with its error, bytes allocated, and for SRTP
 * providers the processor time relative to {@value #YARDSTICK}. Immutable.
 */
final class ResultTable {
    static final String LEGEND = """
            score: JMH's, by the wall clock. CPU: processor time in ns/op, the median of all iterations, to be trusted where
            others use the machine too. B/op: gc.alloc.rate.norm of the threads that do the work, the median (JMH's own for
            the whole process is in the JSON). virtual: the part of CPU that virtual threads took, a handshake's server.
            relative: CPU divided by that of openssl-ffm.""";

    private static final int VIRTUAL_COLUMN = 7;
    private static final String YARDSTICK = "openssl-ffm";

    private final List<String[]> rows = new ArrayList<>();
    private final boolean withVirtual;
    private final boolean withRatios;

    ResultTable(Collection<RunResult> results) {
        Map<String, Double> yardsticks = new HashMap<>();
        for (RunResult result : results) {
            if (YARDSTICK.equals(result.getParams().getParam("provider"))) {
                yardsticks.put(withoutProvider(result), cpuNs(result));
            }
        }
        withRatios = !yardsticks.isEmpty();
        withVirtual = results.stream().anyMatch(ResultTable::isHandshake);
        rows.add(
                new String[] {"benchmark", "parameters", "score", "±", "unit", "CPU", "±", "virtual", "B/op", "relative"
                });
        for (RunResult result : results) {
            Result<?> cpu = secondary(result).get(WorkProfiler.CPU);
            Double yardstick = yardsticks.get(withoutProvider(result));
            rows.add(new String[] {
                shortName(result.getParams().getBenchmark()),
                parameters(result.getParams()),
                number(result.getPrimaryResult().getScore()),
                number(result.getPrimaryResult().getScoreError()),
                result.getPrimaryResult().getScoreUnit(),
                number(cpuNs(result)),
                cpu == null ? "-" : number(cpu.getScoreError()),
                isHandshake(result) ? number(median(secondary(result).get(WorkProfiler.CPU_VIRTUAL))) : "",
                bytes(secondary(result)),
                yardstick == null ? "" : String.format(Locale.ROOT, "%.2f", cpuNs(result) / yardstick)
            });
        }
    }

    private static double cpuNs(RunResult result) {
        return median(secondary(result).get(WorkProfiler.CPU));
    }

    /** Nothing else works on virtual threads. */
    private static boolean isHandshake(RunResult result) {
        return result.getParams().getBenchmark().contains(DtlsBenchmark.class.getSimpleName());
    }

    private static double median(Result<?> result) {
        return result == null ? Double.NaN : result.getStatistics().getPercentile(50);
    }

    private static String withoutProvider(RunResult result) {
        BenchmarkParams params = result.getParams();
        return params.getBenchmark() + ' ' + parameters(params).replace("provider=" + params.getParam("provider"), "");
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Map<String, ? extends Result<?>> secondary(RunResult result) {
        return (Map) result.getSecondaryResults();
    }

    /** Class and method. */
    static String shortName(String benchmark) {
        String[] parts = benchmark.split("\\.");
        return parts[parts.length - 2] + "." + parts[parts.length - 1];
    }

    static String parameters(BenchmarkParams params) {
        StringJoiner joined = new StringJoiner(" ");
        for (Object key : params.getParamsKeys()) {
            joined.add(key + "=" + params.getParam((String) key));
        }
        return joined.toString();
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, Math.abs(value) < 100 ? "%,.1f" : "%,.0f", value);
    }

    /** Below a tenth of a byte it is what JMH allocates once an iteration. */
    private static String bytes(Map<String, ? extends Result<?>> secondary) {
        double allocated = median(secondary.get(WorkProfiler.ALLOCATED));
        return allocated < 0.1 ? "0" : number(allocated);
    }

    /** Text to the left, numbers to the right. */
    @Override
    public String toString() {
        int columns = rows.getFirst().length - (withRatios ? 0 : 1);
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                if (i == VIRTUAL_COLUMN && !withVirtual) {
                    continue;
                }
                boolean left = i < 2 || i == 4;
                line.append(String.format(Locale.ROOT, "%" + (left ? "-" : "") + widths[i] + "s  ", row[i]));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
