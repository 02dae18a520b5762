package dev.sluice.engine.peer;

import dev.sluice.engine.dtls.DtlsEndpoint;
import dev.sluice.engine.dtls.Fingerprint;
import java.util.List;

/** Makes a peer's DTLS side once the remote's fingerprints are known. Safe for many threads. */
public interface DtlsOpener {
    /** @param onProgress run on a handshake's thread when output or a state change waits for the loop */
    DtlsEndpoint open(List<Fingerprint> remoteFingerprints, Runnable onProgress);
}
