package dev.sluice.natives.srtp;

import dev.sluice.natives.crypto.CryptoBackend;

/** Our own RFC 3711 and RFC 7714 over a crypto library. Safe for many threads. */
final class OwnSrtpProvider implements SrtpProvider {
    private final String optionName;
    private final CryptoBackend crypto;

    OwnSrtpProvider(String optionName, CryptoBackend crypto) {
        this.optionName = optionName;
        this.crypto = crypto;
    }

    @Override
    public String optionName() {
        return optionName;
    }

    @Override
    public String description() {
        return crypto.description();
    }

    @Override
    public boolean supports(SrtpProfile profile) {
        return true;
    }

    @Override
    public SrtpContext open(SrtpProfile profile, byte[] key, byte[] salt, boolean outbound) {
        profile.requireLengths(key, salt);
        try (KeyDerivation keys = new KeyDerivation(crypto, key, salt)) {
            SrtpTransform transform = profile.isAead()
                    ? new GcmTransform(crypto, keys, key.length, outbound)
                    : new CmTransform(crypto, keys, profile.rtpTagLengthBytes());
            return new OwnSrtpContext(profile, transform, outbound);
        }
    }
}
