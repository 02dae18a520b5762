package dev.sluice.signaling;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may import whom in the signalling. */
@AnalyzeClasses(packages = "dev.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.sluice.signaling.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule SEES_THE_FACADE_ONLY = noClasses()
            .that()
            .resideInAPackage("dev.sluice.signaling..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sluice.engine.*..", "dev.sluice.natives..", "org.bouncycastle..");

    @ArchTest
    static final ArchRule LEAVES = noClasses()
            .that()
            .resideInAnyPackage("dev.sluice.signaling.json", "dev.sluice.signaling.tls")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sluice.engine..", "io.undertow..", "org.xnio..");

    @ArchTest
    static final ArchRule CONFIG_KNOWS_NO_TRANSPORT = noClasses()
            .that()
            .resideInAnyPackage("dev.sluice.signaling.config", "dev.sluice.signaling.access")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.undertow..", "org.xnio..");

    @ArchTest
    static final ArchRule MICROMETER_IN_METRICS_ONLY = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sluice.signaling.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer..", "io.prometheus..");

    @ArchTest
    static final ArchRule ONE_PACKAGE_KNOWS_THE_TOKEN_LIBRARY = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sluice.signaling.access.jwt")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.jose4j..");

    /** So that nothing of it is loaded while no collector is configured. */
    @ArchTest
    static final ArchRule TRACES_IN_ONE_PLACE = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sluice.signaling.telemetry")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry..");
}
