package dev.sluice.engine;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.srtp.SrtpProfile;

/** Who may import whom; the picture is in docs/architecture.md. */
@AnalyzeClasses(packages = "dev.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ENGINE = "dev.sluice.engine.";
    private static final String[] CORES = {
        ENGINE + "stun..",
        ENGINE + "ice..",
        ENGINE + "dtls..",
        ENGINE + "srtp..",
        ENGINE + "rtp..",
        ENGINE + "rtcp..",
        ENGINE + "congestion..",
        ENGINE + "sdp..",
        ENGINE + "peer.."
    };

    @ArchTest
    static final ArchRule shouldHaveNoPackageCycles =
            slices().matching("dev.sluice.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule shouldKeepSocketsAndTheClockInNet = noClasses()
            .that()
            .resideOutsideOfPackage(ENGINE + "net..")
            .and()
            .resideInAPackage("dev.sluice.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.nio.channels..")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule shouldKeepLoggersAndClocksOutOfTheProtocolCores = noClasses()
            .that()
            .resideInAnyPackage(CORES)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.slf4j..")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule shouldKeepBouncyCastleInDtls = noClasses()
            .that()
            .resideInAPackage("dev.sluice.engine..")
            .and()
            .resideOutsideOfPackage(ENGINE + "dtls..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle..");

    @ArchTest
    static final ArchRule shouldHideNativesFromAllButSrtpAndWhoWiresThem = noClasses()
            .that()
            .resideInAnyPackage(
                    ENGINE + "stun..",
                    ENGINE + "ice..",
                    ENGINE + "rtp..",
                    ENGINE + "rtcp..",
                    ENGINE + "congestion..",
                    ENGINE + "sdp..",
                    ENGINE + "buffer..",
                    ENGINE + "record..",
                    ENGINE + "metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.sluice.natives..");

    /** Handshakes compute through natives.crypto; of natives.srtp they know the profile, of natives.net nothing. */
    @ArchTest
    static final ArchRule shouldLetDtlsHaveNativeCryptoAndTheSrtpProfileOnly = noClasses()
            .that()
            .resideInAPackage(ENGINE + "dtls..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.sluice.natives..")
                    .and(not(resideInAPackage("dev.sluice.natives.crypto..")))
                    .and(not(type(SrtpProfile.class)))
                    .and(not(type(LibraryUnavailableException.class))));

    @ArchTest
    static final ArchRule shouldKeepNativesALeaf = noClasses()
            .that()
            .resideInAPackage("dev.sluice.natives..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.sluice.engine..");

    @ArchTest
    static final ArchRule shouldKeepTheCoresUnawareOfPeersAndSockets = noClasses()
            .that()
            .resideInAnyPackage(
                    ENGINE + "stun..",
                    ENGINE + "ice..",
                    ENGINE + "dtls..",
                    ENGINE + "srtp..",
                    ENGINE + "rtp..",
                    ENGINE + "rtcp..",
                    ENGINE + "congestion..",
                    ENGINE + "sdp..",
                    ENGINE + "buffer..",
                    ENGINE + "record..",
                    ENGINE + "metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ENGINE + "peer..", ENGINE + "net..");

    @ArchTest
    static final ArchRule shouldKeepPeersUnawareOfSockets = noClasses()
            .that()
            .resideInAPackage(ENGINE + "peer..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ENGINE + "net..");

    @ArchTest
    static final ArchRule shouldKeepFlightRecorderInMetrics = noClasses()
            .that()
            .resideInAPackage("dev.sluice.engine..")
            .and()
            .resideOutsideOfPackage(ENGINE + "metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.jfr..");

    @ArchTest
    static final ArchRule shouldKeepTheEngineFreeOfHttpJsonAndMetricsLibraries = noClasses()
            .that()
            .resideInAPackage("dev.sluice.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.undertow..", "java.net.http..", "com.fasterxml..", "io.micrometer..", "io.prometheus..");
}
