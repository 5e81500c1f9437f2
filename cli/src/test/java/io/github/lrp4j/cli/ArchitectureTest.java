package io.github.lrp4j.cli;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.stream.Collectors;

/** The arrows between the modules point one way, and no two packages need each other. */
@AnalyzeClasses(packages = "io.github.lrp4j", importOptions = {ImportOption.DoNotIncludeTests.class,
    ArchitectureTest.NoTestsOfModules.class})
class ArchitectureTest {
    /** Tests of a module may use modules that the module itself must not; other modules have them as a jar. */
    static final class NoTestsOfModules implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar") && !location.contains("/test/");
        }
    }

    @ArchTest
    static final ArchRule ARROWS_POINT_ONE_WAY = layeredArchitecture().consideringOnlyDependenciesInLayers()
            .layer("tensor").definedBy("io.github.lrp4j.tensor..")
            .layer("autograd").definedBy("io.github.lrp4j.autograd..")
            .layer("lrp").definedBy("io.github.lrp4j.lrp..")
            .layer("zoo").definedBy("io.github.lrp4j.zoo..")
            .layer("explain").definedBy("io.github.lrp4j.explain..")
            .layer("evaluate").definedBy("io.github.lrp4j.evaluate..")
            .layer("cuda").definedBy("io.github.lrp4j.cuda..")
            .layer("cli").definedBy("io.github.lrp4j.cli..")
            .whereLayer("tensor").mayOnlyBeAccessedByLayers("autograd", "lrp", "zoo", "explain", "evaluate", "cuda",
                    "cli")
            .whereLayer("autograd").mayOnlyBeAccessedByLayers("lrp", "zoo", "explain", "evaluate", "cli")
            .whereLayer("lrp").mayOnlyBeAccessedByLayers("explain", "evaluate", "cli")
            .whereLayer("zoo").mayOnlyBeAccessedByLayers("explain", "evaluate", "cli")
            .whereLayer("explain").mayOnlyBeAccessedByLayers("evaluate", "cli")
            .whereLayer("evaluate").mayOnlyBeAccessedByLayers("cli")
            .whereLayer("cuda").mayOnlyBeAccessedByLayers("cli")
            .whereLayer("cli").mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule COMMANDS_DO_NOT_NEED_EACH_OTHER =
            slices().matching("io.github.lrp4j.cli.(*)..").should().beFreeOfCycles();

    @ArchTest
    static void allRoomsWereLookedAt(JavaClasses classes) {
        Set<String> rooms = classes.stream().map(JavaClass::getPackageName).map(name -> name.split("\\."))
                .map(parts -> parts[3]).collect(Collectors.toSet());

        assertThat(rooms).contains("tensor", "autograd", "lrp", "zoo", "explain", "cuda", "cli");
    }
}
