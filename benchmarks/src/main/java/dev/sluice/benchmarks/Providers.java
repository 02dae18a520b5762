package dev.sluice.benchmarks;

import dev.sluice.natives.srtp.SrtpProvider;
import dev.sluice.natives.srtp.SrtpProviders;
import java.util.List;

/** The SRTP providers of this machine. Immutable. */
final class Providers {
    private Providers() {}

    static List<SrtpProvider> available() {
        return SrtpProviders.available();
    }

    /** The one with this option name. */
    static SrtpProvider of(String optionName) {
        return available().stream()
                .filter(each -> each.optionName().equals(optionName))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(optionName + " is not on this machine"));
    }
}
