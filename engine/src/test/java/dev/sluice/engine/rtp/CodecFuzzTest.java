package dev.sluice.engine.rtp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** No payload makes a codec's parser throw or read outside; the first byte chooses the codec. */
class CodecFuzzTest {
    private static final Codec[] CODECS = Codec.values();

    @FuzzTest
    void shouldStayInsideThePayload(byte[] bytes) {
        if (bytes.length > 0) {
            Codec codec = CODECS[(bytes[0] & 0xff) % CODECS.length];
            CodecTest.assertHarmless(codec, Arrays.copyOfRange(bytes, 1, bytes.length));
        }
    }
}
