package dev.sluice.signaling.whip;

import dev.sluice.engine.MediaSession;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.session.ClientSession;
import dev.sluice.signaling.session.SessionDirectory;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The WHIP and WHEP sessions by id and by the client that made them; one goes when its media ends. Safe for many threads. */
final class HttpSessions {
    private final SessionDirectory directory;
    private final ConcurrentHashMap<String, HttpSession> byId = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Client, HttpSession> byClient = new ConcurrentHashMap<>();

    HttpSessions(SessionDirectory directory) {
        this.directory = directory;
    }

    /**
     * What tells that two offers are of the same client.
     *
     * @param mark its X-Sid or its PeerConnection
     */
    record Client(Role role, String stream, String mark) {}

    HttpSession add(MediaSession media, Role role, Caller caller, OfferFacts offer, Client... clients) {
        HttpSession session = new HttpSession(media, role, caller, offer);
        String transport = role == Role.PUBLISH ? "whip" : "whep";
        directory.add(new ClientSession(media, role, transport, caller, Instant.now()));
        byId.put(media.id(), session);
        for (Client client : clients) {
            if (client != null) {
                byClient.put(client, session);
            }
        }
        media.ended().thenAccept(end -> {
            byId.remove(media.id());
            for (Client client : clients) {
                if (client != null) {
                    byClient.remove(client, session);
                }
            }
        });
        return session;
    }

    Optional<HttpSession> find(Role role, String stream, String id) {
        return Optional.ofNullable(byId.get(id))
                .filter(session ->
                        session.role() == role && session.media().stream().equals(stream));
    }

    /** @param client null finds nothing */
    HttpSession of(Client client) {
        return client == null ? null : byClient.get(client);
    }
}
