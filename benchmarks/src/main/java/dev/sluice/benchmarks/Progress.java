package dev.sluice.benchmarks;

import java.io.PrintStream;
import java.util.Collection;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * One line on the error stream for each benchmark that has run, in place of JMH's thirty, so that the output is the table
 * alone. What JMH says besides, failures above all, goes through. Confined to JMH's runner thread.
 */
final class Progress implements OutputFormat {
    private final PrintStream to;

    Progress(PrintStream to) {
        this.to = to;
    }

    @Override
    public void startBenchmark(BenchmarkParams params) {
        to.print(ResultTable.shortName(params.getBenchmark()) + ' ' + ResultTable.parameters(params));
        to.flush();
    }

    @Override
    public void endBenchmark(BenchmarkResult result) {
        if (result == null) {
            to.println("  failed");
        } else {
            to.printf(
                    "  %,.1f %s%n",
                    result.getPrimaryResult().getScore(),
                    result.getPrimaryResult().getScoreUnit());
        }
    }

    @Override
    public void iteration(BenchmarkParams params, IterationParams iteration, int number) {}

    @Override
    public void iterationResult(
            BenchmarkParams params, IterationParams iteration, int number, IterationResult result) {}

    @Override
    public void startRun() {}

    @Override
    public void endRun(Collection<RunResult> results) {}

    @Override
    public void print(String text) {
        to.print(text);
    }

    /** JMH's own progress begins with a number sign. */
    @Override
    public void println(String text) {
        if (!text.isBlank() && !text.startsWith("#")) {
            to.println(text);
        }
    }

    @Override
    public void flush() {
        to.flush();
    }

    @Override
    public void close() {}

    @Override
    public void verbosePrintln(String text) {}

    @Override
    public void write(int b) {
        to.write(b);
    }

    @Override
    public void write(byte[] bytes) {
        to.write(bytes, 0, bytes.length);
    }
}
