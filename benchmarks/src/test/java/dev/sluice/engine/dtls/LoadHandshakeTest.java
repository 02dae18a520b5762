package dev.sluice.engine.dtls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.engine.srtp.SrtpKeys;
import dev.sluice.natives.srtp.SrtpProfile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoadHandshakeTest {

    @Test
    void shouldGiveBothSidesTheSameKeysWhicheverBegins() throws Exception {
        LoadHandshake one = new LoadHandshake(Set.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80));
        LoadHandshake other = new LoadHandshake(Set.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80));
        BlockingQueue<byte[]> toServer = new LinkedBlockingQueue<>();
        BlockingQueue<byte[]> toClient = new LinkedBlockingQueue<>();
        FutureTask<SrtpKeys> accepted =
                new FutureTask<>(() -> other.accept(new QueueLink(toClient, toServer), one.fingerprint()));
        Thread.startVirtualThread(accepted);
        SrtpKeys client = one.connect(new QueueLink(toServer, toClient), other.fingerprint());
        SrtpKeys server = accepted.get();
        assertEquals(SrtpProfile.AES_CM_128_HMAC_SHA1_80, client.profile());
        assertArrayEquals(client.localKey(), server.remoteKey());
        assertArrayEquals(client.remoteSalt(), server.localSalt());
    }

    private record QueueLink(BlockingQueue<byte[]> out, BlockingQueue<byte[]> in) implements LoadHandshake.Link {
        @Override
        public void send(MemorySegment datagram, int lengthBytes) {
            out.add(datagram.asSlice(0, lengthBytes).toArray(ValueLayout.JAVA_BYTE));
        }

        @Override
        public byte[] receive(int waitMillis) {
            try {
                return in.poll(waitMillis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
