package dev.sluice.signaling.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.ETag;
import io.undertow.util.ETagUtils;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Pages, scripts and styles out of the jar, kept in memory once asked for. Safe for many threads. */
public final class StaticPages {
    private static final String FOLDER = "/dev/sluice/signaling/pages/";
    private static final String ASSETS = "/-/assets/";
    private static final Pattern FILE =
            Pattern.compile("(assets/|assets/admin/|client/)?[a-z0-9][a-z0-9_-]{0,40}(\\.[a-z0-9]{1,8}){1,3}");

    private static final Map<String, String> PATHS = Map.of(
            "/", "index.html",
            "/publish", "publish.html",
            "/play", "play.html",
            "/admin", "admin.html",
            "/sluice.js", "client/sluice.js",
            "/sluice.mjs", "client/sluice.mjs",
            "/sluice.d.ts", "client/sluice.d.ts");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "mjs", "text/javascript; charset=utf-8",
            "ts", "text/plain; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "woff2", "font/woff2");

    private static final HttpString NO_SNIFF = new HttpString("X-Content-Type-Options");
    private static final HttpString POLICY = new HttpString("Content-Security-Policy");
    private static final HttpString REFERRER = new HttpString("Referrer-Policy");
    private static final HttpString PERMISSIONS = new HttpString("Permissions-Policy");
    private static final HttpString RESOURCE_POLICY = new HttpString("Cross-Origin-Resource-Policy");

    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]+](:[0-9]{1,5})?");

    /** Those with a player or publisher. */
    private static final Set<String> CLIENTS = Set.of("play.html", "publish.html", "embed.html");

    private record Page(byte[] bytes, String type, ETag tag) {}

    /** Only what exists: names that clients make up leave nothing behind. */
    private final ConcurrentHashMap<String, Page> pages = new ConcurrentHashMap<>();

    /** Answers when the path is one of ours, else returns false. */
    public boolean handle(HttpServerExchange exchange, String path) {
        String file = PATHS.get(path);
        if (file == null && path.startsWith(ASSETS)) {
            file = "assets/" + path.substring(ASSETS.length());
        }
        return file != null && serve(exchange, file, false);
    }

    /** The bare player, which other sites may put into a frame. */
    public boolean embed(HttpServerExchange exchange) {
        return serve(exchange, "embed.html", true);
    }

    private boolean serve(HttpServerExchange exchange, String file, boolean framed) {
        Page page = page(file);
        String method = exchange.getRequestMethod().toString();
        if (page == null || !(method.equals("GET") || method.equals("HEAD"))) {
            return false;
        }
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(Headers.CONTENT_TYPE, page.type);
        headers.put(Headers.ETAG, page.tag.toString());
        headers.put(Headers.CACHE_CONTROL, "no-cache");
        headers.put(NO_SNIFF, "nosniff");
        if (page.type.startsWith("text/html")) {
            String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
            headers.put(POLICY, policy(host, CLIENTS.contains(file), framed));
            headers.put(REFERRER, "same-origin");
            headers.put(PERMISSIONS, "camera=(self), microphone=(self), display-capture=(self), geolocation=()");
        } else {
            headers.put(RESOURCE_POLICY, "cross-origin");
            Cors.allowAll(exchange);
        }
        if (!ETagUtils.handleIfNoneMatch(exchange, page.tag, true)) {
            exchange.setStatusCode(304);
            exchange.endExchange();
        } else {
            exchange.getResponseSender().send(ByteBuffer.wrap(page.bytes));
        }
        return true;
    }

    private Page page(String file) {
        Page page = pages.get(file);
        if (page == null) {
            page = load(file).orElse(null);
            if (page != null) {
                pages.put(file, page);
            }
        }
        return page;
    }

    /**
     * Nothing but what comes from here. The page may talk to its own host and port over each of our schemes: not every browser
     * takes {@code 'self'} for WebSockets, and both schemes are spoken on one port. Players and publishers may talk to any: when the
     * server drains it sends them to another, of which the page knows nothing when it is loaded.
     */
    private static String policy(String host, boolean client, boolean framed) {
        StringBuilder connect = new StringBuilder("'self'");
        if (client) {
            connect.append(" http: https: ws: wss:");
        } else if (host != null && HOST.matcher(host).matches()) {
            for (String scheme : new String[] {"http", "https", "ws", "wss"}) {
                connect.append(' ').append(scheme).append("://").append(host);
            }
        }
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
                + "connect-src " + connect + "; base-uri 'none'; form-action 'none'; frame-ancestors "
                + (framed ? "*" : "'none'");
    }

    private static Optional<Page> load(String file) {
        String extension = file.substring(file.lastIndexOf('.') + 1);
        if (!FILE.matcher(file).matches() || !TYPES.containsKey(extension)) {
            return Optional.empty();
        }
        try (InputStream in = StaticPages.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            ETag tag = new ETag(false, HexFormat.of().formatHex(digest, 0, 8));
            return Optional.of(new Page(bytes, TYPES.get(extension), tag));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
