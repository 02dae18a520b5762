package dev.sluice.natives.srtp;

import dev.sluice.natives.crypto.JdkBackend;
import dev.sluice.natives.crypto.OpensslBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the providers and chooses one. Safe for many threads.
 *
 * <p>A provider's library is loaded, and its classes with it, when it is first asked for: a start with {@code auto}
 * loads libcrypto and nothing else where that works.
 */
public final class SrtpProviders {
    public static final String AUTO = "auto";

    /** The fastest first. libsrtp stands here for one on OpenSSL; on another library it comes after all. */
    private static final List<Candidate> CANDIDATES = List.of(
            new Candidate("openssl-ffm", "libssl3", () -> new OwnSrtpProvider("openssl-ffm", OpensslBackend.load())),
            new Candidate("libsrtp-ffm", "libsrtp2-1", () -> new LibsrtpProvider("libsrtp-ffm", LibsrtpFfm.load())),
            new Candidate(
                    "libsrtp-jna",
                    "libsrtp2-1",
                    () -> new LibsrtpProvider("libsrtp-jna", LibsrtpJna.load(LibsrtpProvider.FILE_NAME))),
            new Candidate("jdk", null, () -> new OwnSrtpProvider("jdk", new JdkBackend())));

    private SrtpProviders() {}

    /** What {@link #choose} takes. */
    public static List<String> optionNames() {
        return Stream.concat(Stream.of(AUTO), CANDIDATES.stream().map(Candidate::optionName))
                .toList();
    }

    /** All that work here, the fastest first. Loads every library. */
    public static List<SrtpProvider> available() {
        return CANDIDATES.stream()
                .map(Candidate::provider)
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * The provider of this name, or with {@code auto} the fastest that loads and passes a test vector.
     *
     * @throws SrtpUnavailableException when it cannot be used, with the package to install
     * @throws IllegalArgumentException when {@code option} is not one of {@link #optionNames}
     */
    public static SrtpChoice choose(String option) throws SrtpUnavailableException {
        return choose(CANDIDATES, option);
    }

    static SrtpChoice choose(List<Candidate> candidates, String option) throws SrtpUnavailableException {
        return option.equals(AUTO) ? fastest(candidates) : forced(candidates, option);
    }

    private static SrtpChoice forced(List<Candidate> candidates, String option) throws SrtpUnavailableException {
        Candidate candidate = candidates.stream()
                .filter(each -> each.optionName().equals(option))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no SRTP provider is called " + option));
        SrtpProvider provider = candidate
                .provider()
                .orElseThrow(() -> new SrtpUnavailableException(
                        "SRTP provider " + option + " cannot be used: " + candidate.failure() + candidate.remedy()));
        return new SrtpChoice(provider, provider.description() + ", as configured");
    }

    private static SrtpChoice fastest(List<Candidate> candidates) throws SrtpUnavailableException {
        List<SrtpProvider> slow = new ArrayList<>();
        List<String> passedOver = new ArrayList<>();
        for (Candidate candidate : candidates) {
            SrtpProvider provider = candidate.provider().orElse(null);
            if (provider == null) {
                passedOver.add(candidate.optionName() + ": " + candidate.failure());
            } else if (provider instanceof LibsrtpProvider libsrtp && !libsrtp.isOnOpenssl()) {
                slow.add(provider);
                passedOver.add(candidate.optionName() + ": " + provider.description() + " is slower");
            } else {
                return automatic(provider, passedOver);
            }
        }
        if (slow.isEmpty()) {
            throw new SrtpUnavailableException("no SRTP provider can be used: " + String.join("; ", passedOver));
        }
        return automatic(slow.getFirst(), passedOver);
    }

    private static SrtpChoice automatic(SrtpProvider provider, List<String> passedOver) {
        String why = passedOver.isEmpty() ? "" : " (" + String.join("; ", passedOver) + ")";
        return new SrtpChoice(provider, provider.description() + ", the fastest that works here" + why);
    }
}
