package io.github.lrp4j.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.kernels.Backends.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackendsTest {
    private static final String VM_NAME = "java.vm.name";

    private final String machine = System.getProperty(VM_NAME);

    @AfterEach
    void restore() {
        System.clearProperty(Backends.PROPERTY);
        System.setProperty(VM_NAME, machine);
    }

    private static Backend select() throws Exception {
        Backend backend = Backends.select();
        if (backend.kernels() instanceof AutoCloseable kernels) {
            kernels.close();
        }
        return backend;
    }

    @Test
    void vectorsWhereTheyRun() throws Exception {
        Backend backend = select();
        assertThat(backend.name()).startsWith("simd-").isEqualTo(backend.kernels().name());
        assertThat(backend.refusals()).isEmpty();
    }

    @Test
    void theReferenceOnRequestSaysHowToLeaveIt() throws Exception {
        System.setProperty(Backends.PROPERTY, "reference");
        Backend backend = select();
        assertThat(backend.name()).isEqualTo("reference");
        assertThat(backend.refusals()).singleElement().asString().contains("start java without -Dlrp4j.kernels");
    }

    @Test
    void anotherVirtualMachineGetsTheReferenceUnlessForced() throws Exception {
        System.setProperty(VM_NAME, "Eclipse OpenJ9 VM");
        Backend backend = select();
        assertThat(backend.name()).isEqualTo("reference");
        assertThat(backend.refusals()).singleElement().asString().contains("Eclipse OpenJ9 VM", "HotSpot");
        System.setProperty(Backends.PROPERTY, "simd");
        assertThat(select().name()).startsWith("simd-");
    }

    @Test
    void anUnknownRequestNamesTheKnown() {
        System.setProperty(Backends.PROPERTY, "cuda");
        assertThatThrownBy(Backends::select).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lrp4j.kernels is 'cuda', must be 'reference' or 'simd'");
    }

    @Test
    void withoutTheVectorModuleTheReferenceServesAndTheRemedyIsNamed() throws IOException, InterruptedException {
        Run run = run();
        assertThat(run.status).as(run.output).isZero();
        assertThat(run.output.lines()).containsExactly("reference", "2.0",
                "simd: refused because the module jdk.incubator.vector is missing; "
                        + "start java with --add-modules jdk.incubator.vector.");
    }

    @Test
    void vectorsOnRequestFailClearlyWithoutTheModule() throws IOException, InterruptedException {
        Run run = run("-Dlrp4j.kernels=simd");
        assertThat(run.status).isNotZero();
        assertThat(run.output).contains("IllegalStateException",
                "lrp4j.kernels is 'simd' but the module jdk.incubator.vector is missing; "
                        + "start java with --add-modules jdk.incubator.vector");
    }

    @Test
    void theInterpreterGetsTheReference() throws IOException, InterruptedException {
        Run run = run("--add-modules", "jdk.incubator.vector", "-Xint");
        assertThat(run.status).as(run.output).isZero();
        assertThat(run.output).contains("reference", "2.0", "start java without -Xint");
    }

    private record Run(int status, String output) {
    }

    /** Runs {@link BackendReport} on the class path of this test in a virtual machine with only these options. */
    private static Run run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BackendReport.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JDK_JAVA_OPTIONS");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes());
        return new Run(process.waitFor(), output);
    }
}
