package dev.sluice.signaling;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest names. Immutable. */
final class Version implements IVersionProvider {
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"Sluice " + text()};
    }
}
