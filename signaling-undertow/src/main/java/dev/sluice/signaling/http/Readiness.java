package dev.sluice.signaling.http;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Whether the server takes new sessions: each part of it may say why not. Safe for many threads. */
public final class Readiness {
    private final List<Supplier<String>> parts = new CopyOnWriteArrayList<>();

    /** @param part asked at each look: null while it is ready, else a sentence */
    public void add(Supplier<String> part) {
        parts.add(part);
    }

    /** Empty when it is ready. */
    public List<String> reasons() {
        return parts.stream().map(Supplier::get).filter(Objects::nonNull).toList();
    }
}
