package dev.sluice.benchmarks.compare;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** All runs of one server under one load: medians of those that may count. Confined to one thread. */
final class Samples {
    private final List<Measured> good = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final List<JsonNode> runs = new ArrayList<>();

    void add(Measured run) {
        runs.add(run.json());
        String refusal = run.refusal();
        if (refusal.isEmpty()) {
            good.add(run);
        } else {
            refusals.add(refusal);
        }
    }

    /** A run that gave no figures at all. */
    void fail(String why) {
        refusals.add(why);
    }

    /** Whether its figures stand: more runs count than do not. */
    boolean stands() {
        return good.size() > refusals.size();
    }

    /** Of the runs that count; NaN when the row does not stand. */
    double median(ToDoubleFunction<Measured> figure) {
        if (!stands()) {
            return Double.NaN;
        }
        double[] values = good.stream().mapToDouble(figure).sorted().toArray();
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /** What is to be said of runs that do not count; empty when all do. */
    String remark() {
        if (refusals.isEmpty()) {
            return "";
        }
        String first = refusals.getFirst();
        return stands() ? good.size() + " of " + runs.size() + " runs count: " + first : "refused: " + first;
    }

    /** What the loads wrote. */
    @JsonProperty("runs")
    List<JsonNode> runs() {
        return runs;
    }

    int count() {
        return good.size() + refusals.size();
    }
}
