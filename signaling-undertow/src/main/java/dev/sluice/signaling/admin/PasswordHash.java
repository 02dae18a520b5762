package dev.sluice.signaling.admin;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** Passwords as Argon2id hashes in PHC's form, with what OWASP asks for at least: 19 MiB, two passes. Stateless. */
public final class PasswordHash {
    private static final int MEMORY_KIB = 19_456;
    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int HASH_BYTES = 32;
    private static final int SALT_BYTES = 16;
    private static final int VERSION = 0x13;

    private PasswordHash() {}

    /** For the config file; another one each time. */
    public static String of(String password) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return Argon2Function.getInstance(MEMORY_KIB, PASSES, LANES, HASH_BYTES, Argon2.ID, VERSION)
                .hash(password.getBytes(StandardCharsets.UTF_8), salt)
                .getResult();
    }

    /** @param hash that the config's reader has checked */
    static boolean fits(String hash, String password) {
        return Argon2Function.getInstanceFromHash(hash).check(password, hash);
    }
}
