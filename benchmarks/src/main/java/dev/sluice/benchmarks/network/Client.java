package dev.sluice.benchmarks.network;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.benchmarks.load.client.Signalling;
import dev.sluice.benchmarks.network.browser.Chromium;
import dev.sluice.benchmarks.network.browser.Page;
import dev.sluice.benchmarks.network.relay.Link;
import dev.sluice.benchmarks.network.relay.Relay;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;

/** A browser's client whose media passes the relay. Confined to one thread. */
final class Client implements AutoCloseable {
    private final Page page;
    private final Signalling signalling;
    private final Link<Relay.Packet> up;
    private final Link<Relay.Packet> down;
    private long startedMs;
    private URI resource;

    private Client(Page page, Signalling signalling, Link<Relay.Packet> up, Link<Relay.Packet> down) {
        this.page = page;
        this.signalling = signalling;
        this.up = up;
        this.down = down;
    }

    /** What clients share. */
    record Ground(Chromium chromium, Relay relay, Signalling signalling) {}

    /** How a page makes its offer. */
    interface Offerer {
        String offer(Page page) throws IOException;
    }

    /** Opens a page, and the session of its offer at an address; returns while the connection is being made. */
    static Client join(Ground ground, URI to, Offerer offerer, Link<Relay.Packet> up, Link<Relay.Packet> down)
            throws IOException, InterruptedException {
        Page page = ground.chromium().open();
        Client client = new Client(page, ground.signalling(), up, down);
        try {
            String offer = Candidates.hidden(offerer.offer(page));
            client.startedMs = System.currentTimeMillis();
            Signalling.Session session = ground.signalling().post(to, offer, () -> {});
            client.resource = session.resource();
            InetSocketAddress front = ground.relay().route(Candidates.server(session.answer()), up, down);
            page.answer(Candidates.relayed(session.answer(), front));
            return client;
        } catch (IOException | InterruptedException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    Page page() {
        return page;
    }

    /** When its offer was posted, wall time. */
    long startedMs() {
        return startedMs;
    }

    Link<Relay.Packet> up() {
        return up;
    }

    Link<Relay.Packet> down() {
        return down;
    }

    JsonNode notes() throws IOException {
        return page.notes();
    }

    @Override
    public void close() throws IOException {
        page.close();
        if (resource != null) {
            try {
                signalling.delete(resource);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
