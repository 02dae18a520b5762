package dev.sluice.natives.crypto;

import static dev.sluice.natives.crypto.Backends.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.crypto.OpensslKeys.Group;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** libcrypto's public-key operations against the JDK's and published vectors. */
class OpensslKeysTest {
    /** RFC 6979 appendix A.2.5, key on P-256, "sample" by SHA-256. */
    private static final byte[] POINT = bytes("04 60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
            + "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");

    private static final byte[] DIGEST = bytes("af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf");
    private static final byte[] SIGNATURE = bytes("3046"
            + "022100 efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
            + "022100 f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");

    private final OpensslKeys keys = load();

    private static OpensslKeys load() {
        try {
            return OpensslKeys.load();
        } catch (LibraryUnavailableException e) {
            return abort(e.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAgreeWithTheJdkWhenBothHaveKeysOfOneGroup(Group group) throws GeneralSecurityException {
        KeyPair theirs = jdkKeys(group);
        KeyAgreement agreement = KeyAgreement.getInstance(group == Group.P256 ? "ECDH" : "X25519");
        agreement.init(theirs.getPrivate());
        try (OpensslAgreement ours = keys.newAgreement(group)) {
            agreement.doPhase(jdkKey(group, ours.publicValue(), theirs.getPublic()), true);
            assertArrayEquals(agreement.generateSecret(), ours.secret(publicValue(group, theirs)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseAPublicValueWhenItsLengthIsWrong(Group group) {
        try (OpensslAgreement ours = keys.newAgreement(group)) {
            byte[] own = ours.publicValue();
            assertThrows(InvalidKeyException.class, () -> ours.secret(new byte[0]));
            assertThrows(InvalidKeyException.class, () -> ours.secret(new byte[1]));
            assertThrows(InvalidKeyException.class, () -> ours.secret(Arrays.copyOf(own, own.length - 1)));
            assertThrows(InvalidKeyException.class, () -> ours.secret(Arrays.copyOf(own, own.length + 1)));
        }
    }

    @Test
    void shouldRefuseAPointWhenItIsNotOnTheCurve() throws InvalidKeyException {
        try (OpensslAgreement ours = keys.newAgreement(Group.P256)) {
            for (int at : new int[] {0, 1, 32, 33, 64}) {
                byte[] point = POINT.clone();
                point[at] ^= 1;
                assertThrows(InvalidKeyException.class, () -> ours.secret(point), "byte " + at);
            }
            assertThrows(InvalidKeyException.class, () -> ours.secret(new byte[65]));
            assertTrue(ours.secret(POINT).length == 32, "a failure leaves nothing behind");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldRefuseX25519PointsOfSmallOrder(int u) {
        byte[] point = new byte[32];
        point[0] = (byte) u;
        try (OpensslAgreement ours = keys.newAgreement(Group.X25519)) {
            assertThrows(InvalidKeyException.class, () -> ours.secret(point)); // RFC 7748 section 6.1.
        }
    }

    @Test
    void shouldVerifyThePublishedVector() {
        assertTrue(keys.verifyP256(POINT, DIGEST, SIGNATURE));
        byte[] compressed = Arrays.copyOf(POINT, 33);
        compressed[0] = 3; // Its y is odd.
        assertTrue(keys.verifyP256(compressed, DIGEST, SIGNATURE));
    }

    @Test
    void shouldSayNoWhenAnyPartOfASignatureIsWrong() {
        byte[] otherDigest = DIGEST.clone();
        otherDigest[31] ^= 1;
        assertFalse(keys.verifyP256(POINT, otherDigest, SIGNATURE));
        for (int at = 0; at < SIGNATURE.length; at++) {
            byte[] signature = SIGNATURE.clone();
            signature[at] ^= 1;
            assertFalse(keys.verifyP256(POINT, DIGEST, signature), "byte " + at);
        }
        assertFalse(keys.verifyP256(POINT, DIGEST, new byte[0]));
        assertFalse(keys.verifyP256(POINT, DIGEST, new byte[4_096]));
        assertFalse(keys.verifyP256(new byte[65], DIGEST, SIGNATURE));
        assertFalse(keys.verifyP256(new byte[1], DIGEST, SIGNATURE), "the point at infinity");
        assertTrue(keys.verifyP256(POINT, DIGEST, SIGNATURE), "a failure leaves nothing behind");
    }

    @Test
    void shouldSignSoThatTheJdkVerifies() throws GeneralSecurityException {
        KeyPair pair = jdkKeys(Group.P256);
        OpensslSigner signer = keys.newSigner(pair.getPrivate().getEncoded());
        for (int i = 0; i < 50; i++) {
            Signature check = Signature.getInstance("NONEwithECDSA");
            check.initVerify(pair.getPublic());
            check.update(DIGEST);
            byte[] signature = signer.sign(DIGEST);
            assertTrue(check.verify(signature));
            assertTrue(keys.verifyP256(publicValue(Group.P256, pair), DIGEST, signature));
        }
    }

    @Test
    void shouldGiveOpensslsReasonWhenAPrivateKeyIsNone() {
        String message = assertThrows(IllegalStateException.class, () -> keys.newSigner(new byte[20]))
                .getMessage();
        assertTrue(message.startsWith("libcrypto: error:"), message);
    }

    private static KeyPair jdkKeys(Group group) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(group == Group.P256 ? "EC" : "X25519");
        if (group == Group.P256) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        return generator.generateKeyPair();
    }

    /** SubjectPublicKeyInfo ends with the value itself. */
    private static byte[] publicValue(Group group, KeyPair keys) {
        byte[] encoded = keys.getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - group.publicLengthBytes, encoded.length);
    }

    private static PublicKey jdkKey(Group group, byte[] value, PublicKey like) throws GeneralSecurityException {
        byte[] encoded = like.getEncoded();
        System.arraycopy(value, 0, encoded, encoded.length - value.length, value.length);
        return KeyFactory.getInstance(group == Group.P256 ? "EC" : "X25519")
                .generatePublic(new X509EncodedKeySpec(encoded));
    }
}
