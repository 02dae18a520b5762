package dev.sluice.benchmarks.network;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.benchmarks.load.client.Signalling;
import dev.sluice.benchmarks.network.Profile.Ways;
import dev.sluice.benchmarks.network.browser.Chromium;
import dev.sluice.benchmarks.network.browser.Page;
import dev.sluice.benchmarks.network.relay.Link;
import dev.sluice.benchmarks.network.relay.Relay;
import dev.sluice.benchmarks.network.relay.Way;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** One profile, played: a publisher, its players, and what they saw. Confined to the main thread. */
final class Scene {
    private static final int REQUESTS = 4;
    private static final int JOINS = 8;
    /** So long after a key frame a newcomer makes another one due. */
    private static final int LATE_MS = 5_000;

    private final Chromium chromium;
    private final Endpoint server;
    private final String codec;
    private final long seed;

    /** How long the publisher sends before anybody looks, since encoder and estimate need some seconds; players look as long, too. */
    private final int warmUpS;

    Scene(Chromium chromium, Endpoint server, String codec, long seed, int warmUpS) {
        this.chromium = chromium;
        this.server = server;
        this.codec = codec;
        this.seed = seed;
        this.warmUpS = warmUpS;
    }

    /**
     * All of a run that figures are made of, times in wall time.
     *
     * @param players of joins the last one
     * @param joins empty where nobody joins
     */
    record Recording(long beginMs, long endMs, Seen publisher, List<Seen> players, JoinFigures joins) {}

    /**
     * One client's part.
     *
     * @param notes of client.js
     * @param samples of the way that its media took
     */
    record Seen(long startedMs, JsonNode notes, List<Sampler.Sample> samples, Link.Counters media) {}

    Recording play(Profile profile, int seconds) throws IOException, InterruptedException {
        List<Client> clients = new ArrayList<>();
        String stream = "network-" + UUID.randomUUID();
        try (Relay relay = Relay.start();
                Signalling signalling = new Signalling(REQUESTS)) {
            try {
                Client.Ground ground = new Client.Ground(chromium, relay, signalling);
                clients.add(publisher(profile, ground, stream, 0));
                clients.getFirst().page().awaitConnected();
                Thread.sleep(warmUpS * 1_000L);
                if (profile.course() == Course.JOIN_FRESH || profile.course() == Course.JOIN_LATE) {
                    return joinInTurn(profile, ground, stream, clients.getFirst());
                }
                joinPlayers(profile, ground, stream, clients);
                Thread.sleep(warmUpS * 1_000L);
                return record(clients, seconds, () -> {
                    if (profile.course() == Course.TAKEOVER) {
                        Client another = publisher(profile, ground, stream, 2 * clients.size());
                        clients.add(another);
                        another.page().awaitConnected();
                    }
                });
            } finally {
                for (Client each : clients.reversed()) {
                    each.close();
                }
            }
        }
    }

    private void joinPlayers(Profile profile, Client.Ground ground, String stream, List<Client> clients)
            throws IOException, InterruptedException {
        for (Ways ways : profile.players()) {
            int number = 2 * clients.size();
            boolean isFirst = clients.size() == 1;
            Link<Relay.Packet> down =
                    profile.isShared() && !isFirst ? clients.get(1).down() : link(ways.down(), number + 1);
            clients.add(Client.join(ground, server.play(stream), Page::play, link(ways.up(), number), down));
        }
        for (Client each : clients) {
            each.page().awaitConnected();
        }
    }

    private Client publisher(Profile profile, Client.Ground ground, String stream, int number)
            throws IOException, InterruptedException {
        return Client.join(
                ground,
                server.publish(stream),
                page -> page.publish(profile.layers(), codec),
                link(profile.publisher().up(), number),
                link(profile.publisher().down(), number + 1));
    }

    /** Joins, of which each is over before the next. */
    private Recording joinInTurn(Profile profile, Client.Ground ground, String stream, Client publisher)
            throws IOException, InterruptedException {
        List<JoinFigures.One> joins = new ArrayList<>();
        Seen last = null;
        for (int i = 0; i < JOINS; i++) {
            if (profile.course() == Course.JOIN_LATE) {
                Thread.sleep(LATE_MS);
                last = join(profile, ground, stream, publisher, 4 * i + 2, joins);
            } else {
                try (Client before = player(profile, ground, stream, 4 * i + 4)) {
                    before.page().awaitFrames(2);
                    last = join(profile, ground, stream, publisher, 4 * i + 2, joins);
                }
            }
        }
        Seen publishing = new Seen(
                publisher.startedMs(),
                publisher.notes(),
                List.of(),
                publisher.up().counters());
        return new Recording(
                last.startedMs(),
                last.startedMs() + JoinFigures.LENGTH_MS,
                publishing,
                List.of(last),
                new JoinFigures(joins));
    }

    private Client player(Profile profile, Client.Ground ground, String stream, int number)
            throws IOException, InterruptedException {
        Ways ways = profile.players().getFirst();
        return Client.join(
                ground, server.play(stream), Page::play, link(ways.up(), number), link(ways.down(), number + 1));
    }

    private Seen join(
            Profile profile,
            Client.Ground ground,
            String stream,
            Client publisher,
            int number,
            List<JoinFigures.One> joins)
            throws IOException, InterruptedException {
        double askedBefore = Statistics.of(publisher.notes()).asked();
        try (Client player = player(profile, ground, stream, number)) {
            Sampler sampler = new Sampler(List.of(player.down()));
            sampler.run(JoinFigures.LENGTH_MS / 1_000);
            Seen seen = new Seen(
                    player.startedMs(),
                    player.notes(),
                    sampler.of(0),
                    player.down().counters());
            int asked = (int) (Statistics.of(publisher.notes()).asked() - askedBefore);
            joins.add(JoinFigures.One.of(seen, asked));
            return seen;
        }
    }

    private Link<Relay.Packet> link(Way way, int number) {
        return new Link<>(way, seed * 1_000 + number);
    }

    /** What happens half-way. */
    private interface Turn {
        void take() throws IOException, InterruptedException;
    }

    private static Recording record(List<Client> all, int seconds, Turn turn) throws IOException, InterruptedException {
        List<Client> clients = List.copyOf(all);
        List<Link<Relay.Packet>> media = new ArrayList<>();
        for (Client each : clients) {
            media.add(each == clients.getFirst() ? each.up() : each.down());
        }
        for (Client each : clients) {
            each.up().begin(System.nanoTime());
            each.down().begin(System.nanoTime());
        }
        Sampler sampler = new Sampler(media);
        long beginMs = System.currentTimeMillis();
        sampler.run(seconds / 2);
        turn.take();
        sampler.run(seconds - seconds / 2);
        long endMs = System.currentTimeMillis();
        List<Seen> seen = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
            Client client = clients.get(i);
            seen.add(new Seen(
                    client.startedMs(),
                    client.notes(),
                    sampler.of(i),
                    media.get(i).counters()));
        }
        return new Recording(beginMs, endMs, seen.getFirst(), seen.subList(1, seen.size()), JoinFigures.NONE);
    }
}
