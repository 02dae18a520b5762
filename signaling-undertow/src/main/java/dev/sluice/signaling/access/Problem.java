package dev.sluice.signaling.access;

import dev.sluice.engine.SessionEnd;
import dev.sluice.engine.SessionRefusedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Why a client gets no session or loses it, with what HTTP and WebSocket say about it. The HTTP status is never 400 or 406:
 * a widespread WHEP player changes its mode for good on the one and retries without pause on the other. Immutable.
 *
 * @param status of HTTP
 * @param closeCode of a WebSocket's close frame (RFC 6455 section 7.4), 4000 + something for our own
 * @param code a word for programs
 * @param title one sentence for people
 * @param retryAfterSeconds 0: no use in retrying soon
 * @param location where to go instead, empty: nowhere
 */
public record Problem(int status, int closeCode, String code, String title, int retryAfterSeconds, String location) {

    public static final int GOING_AWAY = 1001;
    /** Of sessions or connections, by a limit of the server. */
    public static final String TOO_MANY = "too_many";

    private static final String OVERLOADED = "overloaded";
    private static final int NORMAL = 1000;
    private static final int NOT_DECLARED = 4404;
    private static final int INTERNAL_ERROR = 1011;

    private static final int RETRY_NOT_LIVE_SECONDS = 2;
    private static final int RETRY_CAPS_SECONDS = 5;

    /** Nowhere else to go. */
    public Problem(int status, int closeCode, String code, String title, int retryAfterSeconds) {
        this(status, closeCode, code, title, retryAfterSeconds, "");
    }

    public static Problem badMessage(String title) {
        return new Problem(422, 4400, "bad_message", title, 0);
    }

    public static Problem password() {
        return new Problem(401, 4401, "password", "The password is missing or wrong.", 0);
    }

    public static Problem token(String title) {
        return new Problem(401, 4401, "token", title, 0);
    }

    /** Who it is, is clear; that is not enough. */
    public static Problem forbidden(String title) {
        return new Problem(403, 4403, "forbidden", title, 0);
    }

    public static Problem denied() {
        return new Problem(403, 4403, "denied", "The server that decides on access refused.", 0);
    }

    public static Problem accessUnknown(String title) {
        return new Problem(503, 4429, "access_unknown", title, RETRY_CAPS_SECONDS);
    }

    public static Problem accessBusy() {
        return new Problem(503, 4429, "access_busy", "Too many are being let in at the moment.", RETRY_CAPS_SECONDS);
    }

    public static Problem elsewhere(String location) {
        return new Problem(307, 4307, "elsewhere", "Go to " + location + " instead.", 0, location);
    }

    public static Problem tooManyOfUser(int most) {
        String title = "This user may have " + most + " sessions at a time.";
        return new Problem(503, 4429, "too_many_of_user", title, RETRY_CAPS_SECONDS);
    }

    public static Problem tooManyOfStream(int most) {
        String title = "This stream may have " + most + " players at a time.";
        return new Problem(503, 4429, "too_many_of_stream", title, RETRY_CAPS_SECONDS);
    }

    public static Problem origin(String title) {
        return new Problem(403, 4403, "origin", title, 0);
    }

    public static Problem notDeclared(String title) {
        return new Problem(404, NOT_DECLARED, "stream_not_found", title, 0);
    }

    public static Problem disabled() {
        return new Problem(403, 4403, "disabled", "The operator has switched this stream off.", 0);
    }

    public static Problem notFound(String title) {
        return new Problem(404, 4404, "not_found", title, 0);
    }

    public static Problem notLive(String title) {
        return new Problem(409, 4409, "not_live", title, RETRY_NOT_LIVE_SECONDS);
    }

    public static Problem ended(String title) {
        return new Problem(404, 4410, "ended", title, 0);
    }

    public static Problem tooMany(String title) {
        return new Problem(503, 4429, TOO_MANY, title, RETRY_CAPS_SECONDS);
    }

    public static Problem overloaded(String title) {
        return new Problem(503, 4429, OVERLOADED, title, RETRY_CAPS_SECONDS);
    }

    public static Problem sdp(String title) {
        return new Problem(422, 4422, "sdp", title, 0);
    }

    public static Problem codecs(String title) {
        return new Problem(422, 4422, "codecs", title, 0);
    }

    public static Problem tooLarge(int limitBytes) {
        return new Problem(413, 4400, "too_large", "The body is larger than " + limitBytes + " bytes.", 0);
    }

    public static Problem contentType(String expected) {
        return new Problem(415, 4400, "content_type", "The body must be " + expected + ".", 0);
    }

    public static Problem staleTag() {
        return new Problem(412, 4400, "stale_tag", "If-Match names another state of the session.", 0);
    }

    public static Problem method(String allowed) {
        return new Problem(405, 4400, "method", "Only " + allowed + " work here.", 0);
    }

    public static Problem upgrade() {
        return new Problem(426, 4400, "upgrade", "This address is for WebSockets, version 13.", 0);
    }

    public static Problem internal() {
        return new Problem(500, INTERNAL_ERROR, "internal", "The server failed; its log says more.", 0);
    }

    public static Problem stopping() {
        return new Problem(503, GOING_AWAY, "stopping", "The server stops.", RETRY_CAPS_SECONDS);
    }

    public static Problem draining() {
        return new Problem(
                503, GOING_AWAY, "draining", "The server is about to stop: no new sessions.", RETRY_CAPS_SECONDS);
    }

    /** A publisher that sends to another server, when nobody watches it here any more. */
    public static Problem moved() {
        return new Problem(404, NORMAL, "moved", "The stream is published to another server.", 0);
    }

    public static Problem of(SessionRefusedException refused) {
        String title = refused.getMessage();
        return switch (refused.refusal()) {
            case NOT_LIVE -> notLive(title);
            case BAD_SDP -> sdp(title);
            case NO_COMMON_CODEC -> codecs(title);
            case ENDED -> ended(title);
            case TOO_MANY_SESSIONS, TOO_MANY_FROM_SOURCE, TOO_MANY_PUBLISHERS -> tooMany(title);
            case OVERLOADED -> overloaded(title);
        };
    }

    /** What a client is told when its session has ended. */
    public static Problem of(SessionEnd end) {
        return switch (end) {
            case CLIENT_CLOSED, DTLS_CLOSED -> new Problem(404, NORMAL, "closed", "The client closed its media.", 0);
            case CONSENT_EXPIRED -> ended("Nothing was heard from the client's media for 30 s.");
            case ICE_TIMEOUT -> ended("No media connection within 10 s: is the media port reachable by UDP?");
            case DTLS_FAILED -> ended("The media connection could not be secured (DTLS).");
            case REPLACED -> new Problem(404, 4411, "replaced", "Another publisher took the stream over.", 0);
            case OPERATOR -> new Problem(403, 4403, "operator", "The operator ended this session.", 0);
            case STREAM_ENDED -> ended("The stream has ended.");
            case CODECS_CHANGED -> codecs("The stream's new publisher sends codecs this player did not agree on.");
            case ACCESS_ENDED -> new Problem(401, 4401, "access_ended", "The right to this stream is over.", 0);
            case BITRATE_EXCEEDED ->
                new Problem(403, 4403, "bitrate", "The publisher sent more than the stream allows.", 0);
            case SERVER_STOPPING -> stopping();
            case FAILED -> internal();
        };
    }

    /** Whether it is the stream that nobody may use, whatever their rights: switched off, or not declared. */
    public boolean isOfStream() {
        return equals(disabled()) || closeCode == NOT_DECLARED;
    }

    /** Whether it is because something is full. */
    public boolean isLimit() {
        return code.startsWith(TOO_MANY) || code.equals(OVERLOADED);
    }

    /** Whether a WebSocket says it in an error message before its close frame. */
    public boolean isError() {
        return closeCode >= 4000 || closeCode == INTERNAL_ERROR;
    }

    /** What sends a WebSocket's client elsewhere; clients of 20.4.1 and later read the config unguarded in a first message. */
    public static Map<String, Object> reconnect(String url) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", "reconnect");
        message.put("url", url);
        message.put("config", Map.of());
        return message;
    }

    /** The error message of a WebSocket, or the one that sends a client elsewhere. */
    public Map<String, Object> socketMessage() {
        if (!location.isEmpty()) {
            return reconnect(location);
        }
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", "error");
        message.put("code", closeCode);
        message.put("error", title);
        return message;
    }

    /** The error body of HTTP, as Flussonic writes it. */
    public Map<String, Object> httpBody() {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("status", Integer.toString(status));
        error.put("code", code);
        error.put("title", title);
        return Map.of("errors", List.of(error));
    }
}
