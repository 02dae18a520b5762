package dev.sluice.engine.stun;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The STUN side of a full ICE agent, for tests: writes Binding requests, right ones and wrong in every way, and reads
 * answers. Shares no code with the server's side, so each checks the other. Safe for many threads.
 */
public final class StunTestClient {
    private static final AtomicInteger TRANSACTIONS = new AtomicInteger();
    private static final int COOKIE = 0x2112A442;

    private final String serverUfrag;
    private final String serverPassword;
    private final String clientUfrag;

    /** What the server's SDP said, and the fragment that ours did. */
    public StunTestClient(String serverUfrag, String serverPassword, String clientUfrag) {
        this.serverUfrag = serverUfrag;
        this.serverPassword = serverPassword;
        this.clientUfrag = clientUfrag;
    }

    /** An ordinary check of the controlling side. */
    public byte[] check() {
        return request().build();
    }

    /** A check with USE-CANDIDATE. */
    public byte[] nominate() {
        return request().useCandidate().build();
    }

    /** A check to be changed; as it stands it is right. */
    public Request request() {
        return new Request(serverUfrag + ":" + clientUfrag, serverPassword);
    }

    /** Reads an answer of the server. */
    public Answer answer(byte[] datagram) {
        return Answer.read(datagram, serverPassword);
    }

    /** A Binding request in the making. Confined to its test's thread. */
    public static final class Request {
        private final ByteArrayOutputStream extra = new ByteArrayOutputStream();
        private final ByteArrayOutputStream behind = new ByteArrayOutputStream();
        private final byte[] transactionId = ByteBuffer.allocate(12)
                .putLong(0x534c554943450000L)
                .putInt(TRANSACTIONS.incrementAndGet())
                .array();
        private int type = 0x0001;
        private String username;
        private String password;
        private boolean priority = true;
        private int role = 0x802A;
        private boolean corruptIntegrity;
        private boolean fingerprint = true;
        private boolean corruptFingerprint;

        private Request(String username, String password) {
            this.username = username;
            this.password = password;
        }

        public Request type(int messageType) {
            type = messageType;
            return this;
        }

        /** Another USERNAME; null leaves it out. */
        public Request username(String text) {
            username = text;
            return this;
        }

        /** Another password; null leaves MESSAGE-INTEGRITY out. */
        public Request password(String text) {
            password = text;
            return this;
        }

        public Request useCandidate() {
            return attribute(0x0025, new byte[0]);
        }

        /** ICE-CONTROLLED in place of ICE-CONTROLLING. */
        public Request controlled() {
            role = 0x8029;
            return this;
        }

        /** Neither role nor PRIORITY, as no ICE agent would. */
        public Request bare() {
            role = 0;
            priority = false;
            return this;
        }

        /** One more attribute in front of MESSAGE-INTEGRITY. */
        public Request attribute(int attributeType, byte[] value) {
            put(extra, attributeType, value);
            return this;
        }

        /** One more attribute between MESSAGE-INTEGRITY and FINGERPRINT. */
        public Request attributeBehindIntegrity(int attributeType, byte[] value) {
            put(behind, attributeType, value);
            return this;
        }

        public Request corruptIntegrity() {
            corruptIntegrity = true;
            return this;
        }

        public Request noFingerprint() {
            fingerprint = false;
            return this;
        }

        public Request corruptFingerprint() {
            corruptFingerprint = true;
            return this;
        }

        public byte[] build() {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            if (username != null) {
                put(body, 0x0006, username.getBytes(StandardCharsets.UTF_8));
            }
            if (priority) {
                put(body, 0x0024, new byte[] {0x6e, 0, 1, (byte) 0xff});
            }
            if (role != 0) {
                put(body, role, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
            }
            body.writeBytes(extra.toByteArray());
            if (password != null) {
                byte[] hmac = hmac(password, message(body, 24));
                hmac[7] ^= (byte) (corruptIntegrity ? 0x10 : 0);
                put(body, 0x0008, hmac);
            }
            body.writeBytes(behind.toByteArray());
            if (fingerprint) {
                int crc = fingerprintOf(message(body, 8)) ^ (corruptFingerprint ? 1 : 0);
                put(body, 0x8028, ByteBuffer.allocate(4).putInt(crc).array());
            }
            return message(body, 0);
        }

        private byte[] message(ByteArrayOutputStream body, int moreBytes) {
            return ByteBuffer.allocate(20 + body.size())
                    .putShort((short) type)
                    .putShort((short) (body.size() + moreBytes))
                    .putInt(COOKIE)
                    .put(transactionId)
                    .put(body.toByteArray())
                    .array();
        }
    }

    /**
     * What an answer says. Its integrity and fingerprint are judged, not demanded.
     *
     * @param mapped XOR-MAPPED-ADDRESS, or null
     * @param errorCode or 0
     */
    public record Answer(
            int type,
            List<Byte> transactionId,
            InetSocketAddress mapped,
            int errorCode,
            List<Integer> unknownAttributes,
            boolean integrityRight,
            boolean fingerprintRight) {

        public boolean isSuccess() {
            return type == 0x0101;
        }

        /** Whether this answers the given request. */
        public boolean answers(byte[] request) {
            return transactionId.equals(boxed(Arrays.copyOfRange(request, 8, 20)));
        }

        static Answer read(byte[] datagram, String password) {
            ByteBuffer in = ByteBuffer.wrap(datagram);
            if (in.getShort(2) != datagram.length - 20 || in.getInt(4) != COOKIE) {
                throw new IllegalArgumentException("not one STUN message");
            }
            InetSocketAddress mapped = null;
            int errorCode = 0;
            List<Integer> unknown = new ArrayList<>();
            boolean integrityRight = false;
            boolean fingerprintRight = false;
            in.position(20);
            while (in.hasRemaining()) {
                int at = in.position();
                int attribute = in.getShort() & 0xffff;
                byte[] value = new byte[in.getShort() & 0xffff];
                in.get(value);
                in.position(in.position() + (-value.length & 3));
                ByteBuffer v = ByteBuffer.wrap(value);
                switch (attribute) {
                    case 0x0020 -> mapped = xorMapped(v, Arrays.copyOfRange(datagram, 4, 20));
                    case 0x0009 -> errorCode = value[2] * 100 + value[3];
                    case 0x000A -> {
                        while (v.hasRemaining()) {
                            unknown.add(v.getShort() & 0xffff);
                        }
                    }
                    case 0x0008 -> integrityRight = Arrays.equals(value, hmac(password, head(datagram, at, 24)));
                    case 0x8028 -> fingerprintRight = v.getInt() == fingerprintOf(head(datagram, at, 8));
                    default -> throw new IllegalArgumentException("unexpected attribute " + attribute);
                }
            }
            return new Answer(
                    in.getShort(0) & 0xffff,
                    boxed(Arrays.copyOfRange(datagram, 8, 20)),
                    mapped,
                    errorCode,
                    unknown,
                    integrityRight,
                    fingerprintRight);
        }

        private static InetSocketAddress xorMapped(ByteBuffer value, byte[] key) {
            int family = value.getShort();
            int port = value.getShort() & 0xffff ^ COOKIE >>> 16;
            byte[] address = new byte[value.remaining()];
            value.get(address);
            if (address.length != (family == 1 ? 4 : 16)) {
                throw new IllegalArgumentException("family " + family + " with " + address.length + " bytes");
            }
            for (int i = 0; i < address.length; i++) {
                address[i] ^= key[i];
            }
            try {
                return new InetSocketAddress(InetAddress.getByAddress(address), port);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(e);
            }
        }

        private static List<Byte> boxed(byte[] bytes) {
            List<Byte> list = new ArrayList<>();
            for (byte b : bytes) {
                list.add(b);
            }
            return list;
        }
    }

    /** Whether a well-formed message carries the right MESSAGE-INTEGRITY, by the JDK's Mac. */
    public static boolean isAuthentic(byte[] datagram, String password) {
        ByteBuffer in = ByteBuffer.wrap(datagram);
        int at = 20;
        while (at + 24 <= datagram.length) {
            if (in.getShort(at) == 0x0008) {
                byte[] value = Arrays.copyOfRange(datagram, at + 4, at + 24);
                return Arrays.equals(value, hmac(password, head(datagram, at, 24)));
            }
            at += 4 + ((in.getShort(at + 2) & 0xffff) + 3 & ~3);
        }
        return false;
    }

    /** The bytes in front of an attribute, with the length as if the message ended behind it. */
    private static byte[] head(byte[] datagram, int attributeAt, int attributeBytes) {
        byte[] head = Arrays.copyOf(datagram, attributeAt);
        ByteBuffer.wrap(head).putShort(2, (short) (attributeAt + attributeBytes - 20));
        return head;
    }

    private static void put(ByteArrayOutputStream out, int type, byte[] value) {
        out.writeBytes(ByteBuffer.allocate(4)
                .putShort((short) type)
                .putShort((short) value.length)
                .array());
        out.writeBytes(value);
        out.writeBytes(new byte[-value.length & 3]);
    }

    private static byte[] hmac(String password, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static int fingerprintOf(byte[] message) {
        CRC32 crc = new CRC32();
        crc.update(message);
        return (int) crc.getValue() ^ 0x5354554e;
    }
}
