package dev.sluice.signaling.access.hook;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a hook is told. Texts are the client's and may be anything. Immutable.
 *
 * @param role {@code publish} or {@code play}
 * @param token as the client sent it, empty when it sent none
 * @param query the client's query string
 * @param sessionId the same in all questions of a session
 * @param number how often was asked for this session before, answers that still held not counted
 * @param streamClients players of the stream
 * @param totalClients sessions of the server
 * @param durationSeconds since the session was opened
 * @param bytes that the session sent or received
 */
public record HookQuestion(
        String role,
        String stream,
        String ip,
        String token,
        String query,
        String userAgent,
        String referer,
        String sessionId,
        int number,
        long streamClients,
        long totalClients,
        long durationSeconds,
        long bytes) {

    /** What a client may blow up the question with; a token is bounded before. */
    private static final int MAX_HEADER_CHARS = 1_000;

    private static final int MAX_QUERY_CHARS = 8 * 1024;

    /** The hook's address with the question in its query. */
    URI at(URI hook) {
        Map<String, String> parameters = new java.util.LinkedHashMap<>();
        parameters.put("name", stream);
        parameters.put("proto", "webrtc");
        parameters.put("type", role);
        parameters.put("ip", ip);
        parameters.put("request_type", number == 0 ? "new_session" : "update_session");
        parameters.put("request_number", Integer.toString(number));
        parameters.put("session_id", sessionId);
        parameters.put("stream_clients", Long.toString(streamClients));
        parameters.put("total_clients", Long.toString(totalClients));
        parameters.put("token", token);
        parameters.put("qs", cut(query, MAX_QUERY_CHARS));
        parameters.put("user_agent", cut(userAgent, MAX_HEADER_CHARS));
        parameters.put("referer", cut(referer, MAX_HEADER_CHARS));
        if (number > 0) {
            parameters.put("duration", Long.toString(durationSeconds));
            parameters.put("bytes", Long.toString(bytes));
        }
        String query = parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        String base = hook.toString();
        return URI.create(base + (base.indexOf('?') < 0 ? "?" : "&") + query);
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }

    /** What makes two questions the same, so that one answer does for both; it tells nothing of the token. */
    String key(URI hook) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : new String[] {hook.toString(), role, stream, ip, token, query}) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "HookQuestion[" + role + " " + stream + "]";
    }
}
