package dev.sluice.natives.net;

/** Error numbers of Linux, the same on x86-64 and aarch64 (asm-generic/errno.h). Stateless. */
public final class Errno {
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int EAGAIN = 11;
    public static final int EINVAL = 22;
    public static final int EMSGSIZE = 90;

    private Errno() {}
}
