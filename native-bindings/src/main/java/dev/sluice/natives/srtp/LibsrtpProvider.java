package dev.sluice.natives.srtp;

import dev.sluice.natives.LibraryUnavailableException;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/** libsrtp2 by one way of calling. Safe for many threads. */
final class LibsrtpProvider implements SrtpProvider {
    static final String FILE_NAME = "libsrtp2.so.1";
    private static final int MAJOR_VERSION = 2;

    private static boolean started;

    private final String optionName;
    private final Libsrtp libsrtp;
    private final String backend;
    private final Set<SrtpProfile> profiles;

    LibsrtpProvider(String optionName, Libsrtp libsrtp) throws LibraryUnavailableException {
        if (libsrtp.version() >>> 24 != MAJOR_VERSION) {
            throw new LibraryUnavailableException(FILE_NAME + " has another version than 2");
        }
        this.optionName = optionName;
        this.libsrtp = libsrtp;
        backend = backend(libsrtp::has);
        start(libsrtp);
        profiles = probe();
    }

    /** Once, however it is called: both ways reach the same library, and a second srtp_init fails on NSS. */
    private static synchronized void start(Libsrtp libsrtp) throws LibraryUnavailableException {
        if (!started && libsrtp.init() != Libsrtp.OK) {
            throw new LibraryUnavailableException(FILE_NAME + " fails its own test");
        }
        started = true;
    }

    /** A libsrtp built without a GCM backend refuses the AEAD profiles. */
    private Set<SrtpProfile> probe() {
        Set<SrtpProfile> found = EnumSet.noneOf(SrtpProfile.class);
        for (SrtpProfile profile : SrtpProfile.values()) {
            byte[] key = new byte[profile.keyLengthBytes()];
            byte[] salt = new byte[profile.saltLengthBytes()];
            try {
                new LibsrtpContext(libsrtp, profile, key, salt, true).close();
                found.add(profile);
            } catch (IllegalStateException e) {
                // Not in this build.
            }
        }
        return found;
    }

    /** The crypto library below, by what the dynamic linker finds in libsrtp and its dependencies. */
    private static String backend(Predicate<String> has) {
        if (has.test("EVP_CIPHER_CTX_new")) {
            return "OpenSSL";
        }
        if (has.test("NSS_InitContext")) {
            return "NSS";
        }
        return has.test("mbedtls_aes_init") ? "mbedTLS" : "its own cipher code";
    }

    /** Whether its packet calls may wait for a lock: NSS's do. */
    static boolean locks(Predicate<String> has) {
        return backend(has).equals("NSS");
    }

    boolean isOnOpenssl() {
        return backend.equals("OpenSSL");
    }

    @Override
    public String optionName() {
        return optionName;
    }

    @Override
    public String description() {
        int version = libsrtp.version();
        return "libsrtp " + (version >>> 24) + "." + (version >>> 16 & 0xff) + "." + (version >>> 8 & 0xff) + " on "
                + backend;
    }

    @Override
    public boolean supports(SrtpProfile profile) {
        return profiles.contains(profile);
    }

    @Override
    public SrtpContext open(SrtpProfile profile, byte[] key, byte[] salt, boolean outbound) {
        if (!supports(profile)) {
            throw new IllegalArgumentException(description() + " does not speak " + profile);
        }
        profile.requireLengths(key, salt);
        return new LibsrtpContext(libsrtp, profile, key, salt, outbound);
    }
}
