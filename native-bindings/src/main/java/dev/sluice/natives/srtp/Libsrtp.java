package dev.sluice.natives.srtp;

/**
 * The calls into libsrtp2, by one way of calling; pointers are addresses, results {@code srtp_err_status_t}. Safe for
 * many threads, as far as each session stays with one.
 */
interface Libsrtp {
    int OK = 0;
    int AUTHENTICATION_FAILED = 7;
    int CIPHER_FAILED = 8;
    int REPLAY_FAILED = 9;
    int REPLAY_OLD = 10;

    /** Major, minor and micro version, a byte each. */
    int version();

    /** Whether the library or one it depends on exports {@code symbol}. */
    boolean has(String symbol);

    int init();

    int create(long sessionPointer, long policy);

    int dealloc(long session);

    /** @param ssrc in network order */
    int removeStream(long session, int ssrc);

    /** @param lengthPointer an int: the packet's length before and after */
    int protect(long session, long packet, long lengthPointer);

    int unprotect(long session, long packet, long lengthPointer);

    int protectRtcp(long session, long packet, long lengthPointer);

    int unprotectRtcp(long session, long packet, long lengthPointer);
}
