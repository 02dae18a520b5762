package dev.sluice.benchmarks.load;

import dev.sluice.benchmarks.load.client.BadWay;
import dev.sluice.benchmarks.load.client.Crowd;
import dev.sluice.benchmarks.load.client.Player;
import dev.sluice.benchmarks.load.client.Publisher;
import dev.sluice.benchmarks.load.client.Reactor;
import dev.sluice.benchmarks.load.client.Signalling;
import dev.sluice.benchmarks.load.measure.MemoryUse;
import dev.sluice.benchmarks.load.measure.ProcessUse;
import dev.sluice.benchmarks.load.measure.SocketDrops;
import dev.sluice.benchmarks.load.sdp.Kind;
import dev.sluice.benchmarks.load.shape.Shape;
import dev.sluice.engine.dtls.LoadHandshake;
import dev.sluice.natives.srtp.SrtpProvider;
import dev.sluice.natives.srtp.SrtpProviders;
import dev.sluice.natives.srtp.SrtpUnavailableException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** One load from the first join to the result. Confined to the main thread. */
final class Run {
    private static final int REQUESTS_AT_A_TIME = 256;
    /** What is on its way when the window closes has this long to arrive; it is looked for so often. */
    private static final int DRAIN_MILLIS = 3_000;

    private static final int LOOK_MILLIS = 100;
    /** Servers are told by their own threads that a publisher is there. */
    private static final int LIVE_MILLIS = 500;

    /** A stream needs memory of its own, which a server has to clear. */
    private static final int PUBLISHERS_PER_SECOND = 40;

    private static final double LOAD_FULL = 0.95;
    /** From here to all players a player's memory is measured. */
    static final int FEW_PLAYERS = 100;
    /** So long until what joining took is given back: Sluice's JVM looks every 10 s. */
    private static final int SETTLE_MILLIS = 15_000;

    private static final BadWay LOSSY = new BadWay(0.3, 0);
    private static final BadWay SLOW = new BadWay(0, 100_000);

    private final LoadOptions options;
    private final Map<String, Object> machine;
    private final String command;
    private final String server;
    private final PrintStream out;
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Player> players = new ArrayList<>();
    private long windowNs;
    private long drops;
    private ProcessUse serverUse;
    private ProcessUse loadUse;
    private Result.Memory memory;

    Run(LoadOptions options, Map<String, Object> machine, String command, String server, PrintStream out) {
        this.options = options;
        this.machine = machine;
        this.command = command;
        this.server = server;
        this.out = out;
    }

    Result measure() throws IOException, InterruptedException, LoadFailedException {
        InetAddress serverAddress = InetAddress.getByName(options.server.getHost());
        requireAllowed(serverAddress);
        Kind kind = options.shape == Shape.Name.AUDIO ? Kind.AUDIO : Kind.VIDEO;
        LoadHandshake handshake = new LoadHandshake(Set.of(options.profile.srtp));
        handshake.warmUp();
        Crowd.Setting setting = new Crowd.Setting(
                kind,
                Grounds.localFor(serverAddress),
                Grounds::isAllowed,
                provider(),
                options.sample,
                options.reports == 0 ? 0 : (long) (1e9 / options.reports));
        try (Reactor reactor = new Reactor();
                Signalling signalling = new Signalling(REQUESTS_AT_A_TIME)) {
            Crowd crowd = new Crowd(setting, reactor, signalling, handshake);
            try {
                publish(crowd);
                Thread.sleep(LIVE_MILLIS);
                burden(crowd, LOSSY, options.lossy);
                burden(crowd, SLOW, options.slow);
                Joins joins = options.storm ? storm(crowd, reactor) : steady(crowd, reactor);
                drain(reactor);
                return result(crowd, reactor, joins, signalling.retries());
            } finally {
                crowd.leave();
            }
        }
    }

    private void drain(Reactor reactor) throws InterruptedException {
        boolean[] complete = new boolean[1];
        for (int waited = 0; !complete[0] && waited < DRAIN_MILLIS; waited += LOOK_MILLIS) {
            Thread.sleep(LOOK_MILLIS);
            reactor.call(() -> complete[0] = players.stream().allMatch(player -> player.got() >= player.expected()));
        }
    }

    private void requireAllowed(InetAddress address) throws LoadFailedException {
        if (!Grounds.isAllowed(address)) {
            throw new LoadFailedException(address.getHostAddress()
                    + " is neither on this machine nor behind a veth pair of it: a load goes nowhere else");
        }
    }

    private SrtpProvider provider() throws LoadFailedException {
        try {
            return SrtpProviders.choose(SrtpProviders.AUTO).provider();
        } catch (SrtpUnavailableException e) {
            throw new LoadFailedException(e.getMessage());
        }
    }

    private void publish(Crowd crowd) throws InterruptedException, LoadFailedException {
        Shape shape = Shape.of(options.shape, options.packetsPerSecond(), options.lengthBytes());
        SplittableRandom random = new SplittableRandom(1);
        List<Thread> threads = new ArrayList<>();
        Publisher[] made = new Publisher[options.streams];
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < options.streams; i++) {
            if (i > 0 && i % PUBLISHERS_PER_SECOND == 0) {
                Thread.sleep(1_000);
            }
            int stream = i;
            URI whip = options.url(options.whip, stream);
            int first = options.streams == 1 ? 0 : random.nextInt(shape.packets());
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    made[stream] = crowd.publish(whip, shape, first);
                } catch (Crowd.JoinException e) {
                    synchronized (failures) {
                        failures.add(e.getMessage());
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new LoadFailedException(failures.size() + " publishers failed, such as by " + failures.getFirst());
        }
        publishers.addAll(List.of(made));
    }

    private void burden(Crowd crowd, BadWay way, int playersEach) throws InterruptedException, LoadFailedException {
        for (int i = 0; i < playersEach * options.streams; i++) {
            try {
                crowd.burden(options.url(options.whep, i % options.streams), way);
            } catch (Crowd.JoinException e) {
                throw new LoadFailedException("a player of a bad way failed by " + e.getMessage());
            }
        }
    }

    /** All join, then the window. */
    private Joins steady(Crowd crowd, Reactor reactor) throws IOException, InterruptedException {
        int few = options.memory ? Math.max(1, FEW_PLAYERS / options.streams) : 0;
        MemoryUse before = null;
        if (options.memory) {
            join(new Joins(crowd), few);
            before = settledMemory();
        }
        int playersBefore = players.size();
        Joins joins = new Joins(crowd);
        join(joins, options.players - few);
        Thread.sleep(options.warmUp * 1_000L);
        open(reactor);
        Thread.sleep(options.seconds * 1_000L);
        close(reactor);
        if (options.memory) {
            memory = Result.Memory.of(before, settledMemory(), players.size() - playersBefore);
        }
        return joins;
    }

    private void join(Joins joins, int playersEach) throws InterruptedException {
        begin(joins, playersEach, options.ramp);
        joins.await();
        players.addAll(joins.players());
    }

    private MemoryUse settledMemory() throws IOException, InterruptedException {
        Thread.sleep(SETTLE_MILLIS);
        return MemoryUse.of(options.pids.getFirst());
    }

    /** Some watch; the window opens; all others join, at once or at the rate of {@code --arrivals}. */
    private Joins storm(Crowd crowd, Reactor reactor) throws IOException, InterruptedException {
        Joins watching = new Joins(crowd);
        begin(watching, options.watching, options.ramp);
        watching.await();
        players.addAll(watching.players());
        Thread.sleep(options.warmUp * 1_000L);
        open(reactor);
        long endNs = System.nanoTime() + options.seconds * 1_000_000_000L;
        Joins joins = new Joins(crowd);
        begin(joins, options.players, options.arrivals);
        joins.await();
        Thread.sleep(Math.max(0, (endNs - System.nanoTime()) / 1_000_000));
        close(reactor);
        players.addAll(joins.players());
        return joins;
    }

    /** Streams in turn, so that each gets its players over the whole ramp. */
    private void begin(Joins joins, int playersEach, int perSecond) throws InterruptedException {
        List<URI> urls = new ArrayList<>();
        List<Publisher> of = new ArrayList<>();
        for (int i = 0; i < playersEach * options.streams; i++) {
            int stream = i % options.streams;
            urls.add(options.url(options.whep, stream));
            of.add(publishers.get(stream));
        }
        joins.begin(urls, of, perSecond);
    }

    private void open(Reactor reactor) throws IOException {
        out.println("measuring: " + players.size() + " players");
        // Looking through thousands of sockets takes so long that it would show in the processor time.
        drops = -SocketDrops.of(ports()::contains);
        serverUse = ProcessUse.of(options.pids);
        loadUse = ProcessUse.of(List.of(ProcessHandle.current().pid()));
        windowNs = System.nanoTime();
        reactor.call(() -> publishers.forEach(Publisher::openWindow));
    }

    private Set<Integer> ports() {
        Set<Integer> ports = new HashSet<>();
        players.forEach(player -> ports.add(player.port()));
        publishers.forEach(publisher -> ports.add(publisher.port()));
        return ports;
    }

    private void close(Reactor reactor) throws IOException {
        reactor.call(() -> publishers.forEach(Publisher::closeWindow));
        windowNs = System.nanoTime() - windowNs;
        serverUse = ProcessUse.of(options.pids).since(serverUse);
        loadUse = ProcessUse.of(List.of(ProcessHandle.current().pid())).since(loadUse);
        drops += SocketDrops.of(ports()::contains);
    }

    private Result result(Crowd crowd, Reactor reactor, Joins joins, long retries) throws IOException {
        Tally tally = new Tally();
        reactor.call(() -> {
            players.forEach(tally::add);
            publishers.forEach(tally::add);
        });
        double loadShare = (double) loadUse.totalNs() / windowNs;
        String saturatedBy = drops > 0
                ? drops + " datagrams dropped at the load's own sockets"
                : loadShare > LOAD_FULL * cores() ? "the load's own processor" : null;
        boolean known = !options.pids.isEmpty();
        double packets = Math.max(1, tally.expected);
        return new Result(
                machine,
                command,
                server,
                config(),
                players.size(),
                tally.sent,
                tally.expected,
                tally.got / (windowNs / 1e9),
                Math.max(0, tally.expected - tally.got),
                known ? serverUse.totalNs() / 1e3 / packets : null,
                known ? serverUse.userNs() / 1e3 / packets : null,
                known ? serverUse.systemNs() / 1e3 / packets : null,
                known ? (double) serverUse.totalNs() / windowNs : null,
                loadShare,
                Result.Times.of(crowd.latency()),
                Result.Times.of(crowd.held()),
                Result.Times.of(tally.late),
                known ? serverUse.rssBytes() : null,
                memory,
                threads(),
                Result.JoinTimes.of(joins, retries),
                tally.checks(),
                saturatedBy != null,
                saturatedBy);
    }

    private int cores() {
        return options.loadCpu.isEmpty()
                ? Runtime.getRuntime().availableProcessors()
                : options.loadCpu.split("[,-]").length;
    }

    /** The busiest of the server's threads, in seconds. */
    private Map<String, Double> threads() {
        Map<String, Double> busiest = new LinkedHashMap<>();
        serverUse.threadNs().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(6)
                .forEach(thread -> busiest.put(thread.getKey(), thread.getValue() / 1e9));
        return busiest;
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("streams", options.streams);
        config.put("players", options.players);
        config.put("shape", options.shape.toString());
        config.put("rate", options.packetsPerSecond());
        config.put("size", options.lengthBytes());
        config.put("profile", options.profile.toString());
        config.put("seconds", options.seconds);
        config.put("reports", options.reports);
        config.put("storm", options.storm);
        config.put("arrivals", options.arrivals);
        config.put("watching", options.storm ? options.watching : 0);
        config.put("lossy", options.lossy);
        config.put("slow", options.slow);
        config.put("server_cpu", options.start ? options.serverCpu : null);
        config.put("load_cpu", options.loadCpu);
        return config;
    }
}
