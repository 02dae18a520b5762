package dev.sluice.benchmarks.load.sdp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a client needs of a server's answer. Immutable.
 *
 * @param fingerprint as {@code a=fingerprint} has it
 * @param active whether the server begins the DTLS handshake
 * @param candidates UDP host candidates with IPv4 addresses, most preferred first
 * @param payloadType that the server chose, or its first
 * @param transportCcId of the header extension; 0 when it was not taken
 */
public record Answer(
        String ufrag,
        String password,
        String fingerprint,
        boolean active,
        List<InetSocketAddress> candidates,
        int payloadType,
        int transportCcId) {

    /** Not an answer that can be used. */
    public static final class AnswerException extends Exception {
        private static final long serialVersionUID = 1L;

        AnswerException(String message) {
            super(message);
        }
    }

    private record Candidate(long priority, InetSocketAddress address) {}

    public static Answer parse(String sdp) throws AnswerException {
        String ufrag = null;
        String password = null;
        String fingerprint = null;
        String setup = "";
        int payloadType = -1;
        int transportCcId = 0;
        List<Candidate> candidates = new ArrayList<>();
        for (String line : sdp.split("\r?\n", -1)) {
            if (line.startsWith("m=")) {
                String[] parts = line.split(" ", -1);
                if (parts.length < 4 || parts[1].equals("0")) {
                    throw new AnswerException("the server refused the media: " + line);
                }
                payloadType = number(parts[3]);
            } else if (line.startsWith("a=ice-ufrag:")) {
                ufrag = ufrag == null ? value(line) : ufrag;
            } else if (line.startsWith("a=ice-pwd:")) {
                password = password == null ? value(line) : password;
            } else if (line.startsWith("a=fingerprint:")) {
                fingerprint = fingerprint == null ? value(line) : fingerprint;
            } else if (line.startsWith("a=setup:")) {
                setup = value(line);
            } else if (line.startsWith("a=candidate:")) {
                addCandidate(line, candidates);
            } else if (line.startsWith("a=extmap:") && line.contains("transport-wide-cc")) {
                transportCcId = number(value(line).split("[ /]", 2)[0]);
            }
        }
        if (ufrag == null || password == null || fingerprint == null || payloadType < 0) {
            throw new AnswerException("no ice-ufrag, ice-pwd, fingerprint or m-line in the answer");
        }
        candidates.sort((a, b) -> Long.compare(b.priority, a.priority));
        return new Answer(
                ufrag,
                password,
                fingerprint,
                setup.equals("active"),
                candidates.stream().map(Candidate::address).toList(),
                payloadType,
                transportCcId);
    }

    /** The most preferred candidate that is allowed. */
    public InetSocketAddress candidate(Predicate<InetAddress> allowed) throws AnswerException {
        for (InetSocketAddress candidate : candidates) {
            if (allowed.test(candidate.getAddress())) {
                return candidate;
            }
        }
        throw new AnswerException("no UDP host candidate on an address that a load may go to, of " + candidates);
    }

    private static String value(String line) {
        return line.substring(line.indexOf(':') + 1).strip();
    }

    private static int number(String text) throws AnswerException {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new AnswerException("not a number: " + text);
        }
    }

    /** {@code candidate:FOUNDATION COMPONENT TRANSPORT PRIORITY ADDRESS PORT typ TYPE …}, RFC 8839 section 5.1. */
    private static void addCandidate(String line, List<Candidate> to) throws AnswerException {
        String[] parts = value(line).split("\\s+");
        boolean usable = parts.length >= 8
                && parts[1].equals("1")
                && parts[2].equalsIgnoreCase("udp")
                && parts[7].equals("host")
                && parts[4].matches("[0-9.]+");
        if (usable) {
            try {
                // An address in numbers: nothing is looked up.
                InetAddress address = InetAddress.getByName(parts[4]);
                to.add(new Candidate(Long.parseLong(parts[3]), new InetSocketAddress(address, number(parts[5]))));
            } catch (UnknownHostException | NumberFormatException e) {
                throw new AnswerException("a bad candidate: " + line);
            }
        }
    }
}
