package dev.sluice.natives.srtp;

/** One way to do SRTP: a maker of contexts. Safe for many threads. */
public interface SrtpProvider {

    /** The value of {@code --srtp} that forces this provider, such as {@code openssl-ffm}. */
    String optionName();

    /** What stands behind it, for the ready line: library, version and, for libsrtp, its crypto backend. */
    String description();

    /** Whether {@link #open} takes this profile; libsrtp without a GCM backend does not take the AEAD ones. */
    boolean supports(SrtpProfile profile);

    /**
     * A context for one direction of one peer, with the master key and salt that DTLS-SRTP gave for it. It belongs to
     * the calling thread, which must also close it.
     *
     * @param key master key, {@link SrtpProfile#keyLengthBytes} long; copied, the caller wipes its own
     * @param salt master salt, {@link SrtpProfile#saltLengthBytes} long; copied
     * @param outbound true to protect, false to unprotect
     * @throws IllegalArgumentException when the profile is unsupported or a length is wrong
     * @throws IllegalStateException when the native library refuses
     */
    SrtpContext open(SrtpProfile profile, byte[] key, byte[] salt, boolean outbound);
}
