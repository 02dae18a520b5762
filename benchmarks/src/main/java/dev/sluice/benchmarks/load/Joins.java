package dev.sluice.benchmarks.load;

import dev.sluice.benchmarks.load.client.Crowd;
import dev.sluice.benchmarks.load.client.Player;
import dev.sluice.benchmarks.load.client.Publisher;
import dev.sluice.benchmarks.load.measure.Histogram;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Players that join, each on a virtual thread, and how they fared. Safe for many threads. */
final class Joins {
    private final Crowd crowd;
    private final Histogram times = new Histogram();
    private final List<Player> players = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, Integer> failures = new TreeMap<>();
    private long beganNs;
    private long endedNs;

    Joins(Crowd crowd) {
        this.crowd = crowd;
    }

    /**
     * Begins a join for each URL in turn.
     *
     * @param perSecond how many begin in a second; 0 for all at once
     */
    void begin(List<URI> urls, List<Publisher> publishers, int perSecond) throws InterruptedException {
        beganNs = System.nanoTime();
        for (int i = 0; i < urls.size(); i++) {
            URI url = urls.get(i);
            Publisher publisher = publishers.get(i);
            threads.add(Thread.ofVirtual().unstarted(() -> join(url, publisher)));
        }
        for (int i = 0; i < threads.size(); i++) {
            if (perSecond > 0) {
                long waitNs = beganNs + i * 1_000_000_000L / perSecond - System.nanoTime();
                Thread.sleep(Math.max(0, waitNs / 1_000_000), (int) Math.max(0, waitNs % 1_000_000));
            }
            threads.get(i).start();
        }
    }

    private void join(URI url, Publisher publisher) {
        try {
            Crowd.Joined joined = crowd.play(url, publisher);
            synchronized (this) {
                players.add(joined.player());
                times.record(joined.joinNs());
                endedNs = System.nanoTime();
            }
        } catch (Crowd.JoinException e) {
            synchronized (this) {
                failures.merge(String.valueOf(e.getMessage()), 1, Integer::sum);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until each has got its first packet or failed. */
    void await() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    synchronized List<Player> players() {
        return List.copyOf(players);
    }

    synchronized int failed() {
        return failures.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** How many failed of what. */
    synchronized Map<String, Integer> failures() {
        return new TreeMap<>(failures);
    }

    /** From a player's POST to its first media packet. */
    Histogram times() {
        return times;
    }

    /** From the first POST to the last player's first packet. */
    synchronized long totalNs() {
        return Math.max(0, endedNs - beganNs);
    }
}
