package dev.sluice.natives.crypto;

import dev.sluice.natives.crypto.OpensslKeys.Group;
import java.security.InvalidKeyException;

/** One side's ephemeral key pair, for one agreement over ECDHE (RFC 8422). Confined to one thread at a time. */
public final class OpensslAgreement implements AutoCloseable {
    private static final int SECRET_LENGTH_BYTES = 32;

    private final Group group;
    private final OpensslKey own;

    OpensslAgreement(Group group) {
        this.group = group;
        this.own = group == Group.P256 ? OpensslKey.generateP256() : OpensslKey.generateX25519();
    }

    /** As it goes over the wire. */
    public byte[] publicValue() {
        return own.encodedPublic(group.publicLengthBytes);
    }

    /**
     * The secret shared with the owner of {@code peerValue}; the caller wipes it.
     *
     * @throws InvalidKeyException when that is no point of the curve, or one that gives no secret
     */
    public byte[] secret(byte[] peerValue) throws InvalidKeyException {
        if (peerValue.length != group.publicLengthBytes) {
            throw new InvalidKeyException("a public value of " + peerValue.length + " bytes");
        }
        try (OpensslKey peer =
                group == Group.P256 ? OpensslKey.ofP256Point(peerValue) : OpensslKey.ofX25519(peerValue)) {
            if (peer == null) {
                throw new InvalidKeyException("not a point of the curve");
            }
            byte[] secret = own.derive(peer, SECRET_LENGTH_BYTES);
            if (secret == null) {
                throw new InvalidKeyException("a point that gives no secret");
            }
            return secret;
        }
    }

    /** Wipes the private key. Idempotent. */
    @Override
    public void close() {
        own.close();
    }
}
