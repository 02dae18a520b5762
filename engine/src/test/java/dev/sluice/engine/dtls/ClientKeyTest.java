package dev.sluice.engine.dtls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.dtls.DtlsEndpoint.State;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;

class ClientKeyTest {
    @Test
    void shouldTakeTheKeysOfAllCapturedClients() {
        int certificates = 0;
        for (DtlsWire wire : DtlsWire.all()) {
            DtlsFilter filter = new DtlsFilter();
            int[] seen = {0};
            for (byte[] datagram : wire.datagrams()) {
                filter.onDatagram(MemorySegment.ofArray(datagram), 0, datagram.length, 0, (record, nowNs) -> {
                    if (record[0] == 22 && record[13] == DtlsRecords.CERTIFICATE) {
                        // Headers, length of the list, length of the first.
                        assertTrue(
                                ClientKey.isAffordable(Arrays.copyOfRange(record, 25 + 3 + 3, record.length)),
                                wire.name());
                        seen[0]++;
                    }
                    return 0;
                });
            }
            certificates += seen[0];
        }
        assertTrue(certificates >= 20, certificates + " certificates");
    }

    @Test
    void shouldRefuseWhenAnRsaKeyWouldCostTooMuch() throws IOException {
        assertTrue(ClientKey.isAffordable(rsa(2_048, 17)));
        assertTrue(ClientKey.isAffordable(rsa(4_096, 17)));
        assertFalse(ClientKey.isAffordable(rsa(4_097, 17)));
        assertFalse(ClientKey.isAffordable(rsa(16_384, 17)));
        assertFalse(ClientKey.isAffordable(rsa(2_048, 2_000)));
    }

    @Test
    void shouldRefuseWhenTheCurveIsRareOrOfTheClientsMaking() throws IOException {
        assertTrue(ClientKey.isAffordable(ec(SECObjectIdentifiers.secp256r1)));
        assertFalse(ClientKey.isAffordable(ec(SECObjectIdentifiers.sect571r1)));
        assertFalse(ClientKey.isAffordable(ec(SECNamedCurves.getByOID(SECObjectIdentifiers.secp256r1))));
    }

    @Test
    void shouldThrowRuntimeExceptionWhenItIsNoCertificate() {
        assertThrows(RuntimeException.class, () -> ClientKey.isAffordable(new byte[0]));
        assertThrows(RuntimeException.class, () -> ClientKey.isAffordable(new byte[100]));
    }

    @Test
    void shouldFailTheHandshakeWhenTheCertificateIsNestedWithoutEnd() throws IOException {
        // ASN.1 sequences of indefinite length, one in the other: a recursive parser's stack.
        byte[] message = new byte[DtlsFilter.MAX_MESSAGE_BYTES];
        int certificateBytes = message.length - 6;
        message[1] = (byte) (message.length - 3 >> 8);
        message[2] = (byte) (message.length - 3);
        message[4] = (byte) (certificateBytes >> 8);
        message[5] = (byte) certificateBytes;
        for (int i = 6; i < message.length; i += 2) {
            message[i] = 0x30;
            message[i + 1] = (byte) 0x80;
        }
        DtlsServer server = new DtlsServer(DtlsTesting.CERTIFICATE, new SecureRandom(), DtlsTesting.ALL, 1, () -> {});
        MemoryLink link = new MemoryLink(server, DtlsTesting.OTHER.fingerprint());
        link.deliver(DtlsTesting.firstDatagram(new DtlsTestClient()));
        for (int at = 0; at < message.length; at += 1_024) {
            link.deliver(DtlsRecords.part(DtlsRecords.CERTIFICATE, message, 1, at, at + 1_024));
        }
        assertEquals(State.FAILED, link.await(State.FAILED));
        DtlsTesting.awaitNoThreads(server);
    }

    private static byte[] rsa(int modulusBits, int exponentBits) throws IOException {
        RSAPublicKey key = new RSAPublicKey(
                BigInteger.ONE.shiftLeft(modulusBits - 1).setBit(0),
                BigInteger.ONE.shiftLeft(exponentBits - 1).setBit(0));
        return TestKey.certificate(new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE), key));
    }

    private static byte[] ec(ASN1Encodable curve) throws IOException {
        return TestKey.certificate(new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), new byte[65]));
    }
}
