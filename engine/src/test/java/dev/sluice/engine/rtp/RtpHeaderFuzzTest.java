package dev.sluice.engine.rtp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;

/** No bytes make the header view throw, or point outside the packet. */
class RtpHeaderFuzzTest {
    private final RtpHeader header = new RtpHeader();

    @FuzzTest
    void shouldStayInsideThePacket(byte[] bytes) {
        MemorySegment segment = MemorySegment.ofArray(bytes);
        if (header.parse(segment, 0, bytes.length) != 0) {
            return;
        }
        if (header.payloadOffset() + header.payloadLength() + header.paddingLength() != bytes.length) {
            throw new AssertionError("payload and padding do not end with the packet");
        }
        header.rewindElements();
        while (header.nextElement()) {
            long end = header.elementOffset() + header.elementLength();
            if (header.elementId() == 0 || end > header.extensionOffset() + header.extensionLength()) {
                throw new AssertionError("element outside the extension");
            }
        }
    }
}
