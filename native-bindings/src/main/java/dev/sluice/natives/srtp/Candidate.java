package dev.sluice.natives.srtp;

import dev.sluice.natives.LibraryUnavailableException;
import java.util.Optional;

/** A provider that may work here: loaded and tested once, when first asked for. Safe for many threads. */
final class Candidate {

    /** Makes the provider; whatever goes wrong in it is a reason not to use it. */
    @FunctionalInterface
    interface Loader {
        SrtpProvider load() throws LibraryUnavailableException;
    }

    private final String optionName;
    private final String debianPackage;
    private final Loader loader;
    private SrtpProvider provider;
    private String failure;

    /** @param debianPackage what to install, or null */
    Candidate(String optionName, String debianPackage, Loader loader) {
        this.optionName = optionName;
        this.debianPackage = debianPackage;
        this.loader = loader;
    }

    String optionName() {
        return optionName;
    }

    /** The provider, if it loads and gives the right bytes. */
    synchronized Optional<SrtpProvider> provider() {
        if (provider == null && failure == null) {
            load();
        }
        return Optional.ofNullable(provider);
    }

    private void load() {
        try {
            SrtpProvider loaded = loader.load();
            if (SrtpSelfTest.passes(loaded)) {
                provider = loaded;
            } else {
                failure = loaded.description() + " gives wrong bytes";
            }
        } catch (LibraryUnavailableException e) {
            failure = e.getMessage();
        } catch (RuntimeException | LinkageError e) {
            failure = e.toString().lines().findFirst().orElse("");
        }
    }

    /** Why there is no provider. */
    synchronized String failure() {
        return failure;
    }

    /** What the operator can do about it, as the end of a line; "" for nothing. */
    String remedy() {
        return debianPackage == null ? "" : "; apt install " + debianPackage;
    }
}
