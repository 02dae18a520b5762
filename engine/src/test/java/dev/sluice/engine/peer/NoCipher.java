package dev.sluice.engine.peer;

import dev.sluice.natives.srtp.SrtpContext;
import dev.sluice.natives.srtp.SrtpProfile;
import dev.sluice.natives.srtp.SrtpProvider;
import java.lang.foreign.MemorySegment;

/** SRTP that leaves packets as they are. Safe for many threads. */
final class NoCipher implements SrtpProvider, SrtpContext {
    @Override
    public String optionName() {
        return "none";
    }

    @Override
    public String description() {
        return "none";
    }

    @Override
    public boolean supports(SrtpProfile profile) {
        return true;
    }

    @Override
    public SrtpContext open(SrtpProfile profile, byte[] key, byte[] salt, boolean outbound) {
        return this;
    }

    @Override
    public int protectRtp(MemorySegment packet, long offset, int lengthBytes, int roomBytes) {
        return lengthBytes;
    }

    @Override
    public int unprotectRtp(MemorySegment packet, long offset, int lengthBytes) {
        return lengthBytes;
    }

    @Override
    public int protectRtcp(MemorySegment packet, long offset, int lengthBytes, int roomBytes) {
        return lengthBytes;
    }

    @Override
    public int unprotectRtcp(MemorySegment packet, long offset, int lengthBytes) {
        return lengthBytes;
    }

    @Override
    public void close() {}
}
