package dev.sluice.signaling.access;

import dev.sluice.signaling.config.TurnConfig;
import dev.sluice.signaling.config.TurnUrl;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What clients are told of the TURN servers, whom a firewall keeps from reaching the media ports themselves. Safe for many threads.
 *
 * <p>With a shared secret each answer has credentials of its own in the form that TURN servers know as "REST": the user
 * name begins with the second at which it ends, the password is the name's HMAC-SHA1.
 */
public final class TurnServers {
    private static final String HMAC = "HmacSHA1";
    /** Behind the time in the user name; servers tell applications apart by it. */
    private static final String APPLICATION = "sluice";

    private final Supplier<TurnConfig> current;
    private final InstantSource clock;

    /** @param current what is in force whenever it is asked */
    public TurnServers(Supplier<TurnConfig> current, InstantSource clock) {
        this.current = current;
        this.clock = clock;
    }

    /**
     * The {@code config} object of the first WebSocket message. Clients take one server of it, over TCP whatever is written: the
     * first that is meant for that, else the first without TLS.
     */
    public Map<String, Object> socketConfig() {
        TurnConfig config = current.get();
        TurnUrl chosen = config.urls().stream()
                .filter(url -> !url.secure() && url.transport().equals("tcp"))
                .findFirst()
                .or(() -> config.urls().stream().filter(url -> !url.secure()).findFirst())
                .orElse(null);
        if (chosen == null) {
            return Map.of();
        }
        Credentials credentials = credentials(config);
        Map<String, Object> turn = new LinkedHashMap<>();
        turn.put("addr", chosen.host());
        turn.put("port", chosen.port());
        turn.put("user", credentials.user);
        turn.put("pass", credentials.password);
        return Map.of("turn", turn);
    }

    /** The values of {@code Link} headers in answers of WHIP (RFC 9725 section 4.6) and WHEP. */
    public List<String> links() {
        TurnConfig config = current.get();
        if (config.urls().isEmpty()) {
            return List.of();
        }
        Credentials credentials = credentials(config);
        return config.urls().stream()
                .map(url -> "<" + url + ">; rel=\"ice-server\"; username=\"" + quoted(credentials.user)
                        + "\"; credential=\"" + quoted(credentials.password) + "\"; credential-type=\"password\"")
                .toList();
    }

    /** RFC 9110 section 5.6.4. */
    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private Credentials credentials(TurnConfig config) {
        if (config.secret().isEmpty()) {
            return new Credentials(config.user(), config.password());
        }
        String user = clock.instant().plus(config.lifetime()).getEpochSecond() + ":" + APPLICATION;
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(config.secret().getBytes(StandardCharsets.UTF_8), HMAC));
            byte[] code = mac.doFinal(user.getBytes(StandardCharsets.UTF_8));
            return new Credentials(user, Base64.getEncoder().encodeToString(code));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has " + HMAC, e);
        }
    }

    private record Credentials(String user, String password) {}
}
