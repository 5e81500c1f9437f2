package io.github.lrp4j.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.kernels.Backends.Backend;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void withoutAModuleThatProvidesItADeviceIsRefusedAndTheModuleNamed() throws Exception {
        Run run = run("-Dlrp4j.kernels=cuda:1");
        assertThat(run.status).isNotZero();
        assertThat(run.output).contains("lrp4j.kernels is 'cuda:1', must be 'reference' or 'simd'; no module with"
                + " other kernels is there, those on GPUs ('cuda', 'cuda:1') are in lrp4j-cuda-kernels");
    }

    /** Kernels on three devices, as a module would provide them. */
    public static final class Provider implements KernelsProvider {
        @Override
        public String name() {
            return "third";
        }

        @Override
        public Kernels open(int device) {
            if (device > 2) {
                throw new IllegalStateException("third:" + device + " is no device, there are 3");
            }
            return new ReferenceKernels();
        }
    }

    /** A class path on which a file names {@link Provider}. */
    private static void provided(Path directory, Runnable test) throws IOException {
        Path file = directory.resolve("META-INF/services/" + KernelsProvider.class.getName());
        Files.createDirectories(file.getParent());
        Files.writeString(file, Provider.class.getName());
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()}, own)) {
            Thread.currentThread().setContextClassLoader(loader);
            test.run();
        } finally {
            Thread.currentThread().setContextClassLoader(own);
        }
    }

    @Test
    void anotherModuleProvidesDevices(@TempDir Path directory) throws IOException {
        provided(directory, () -> {
            System.setProperty(Backends.PROPERTY, "third:2");
            assertThat(Backends.select().name()).isEqualTo("reference");
            assertThat(Backends.open("third", "--device third")).isInstanceOf(ReferenceKernels.class);
            assertThatThrownBy(() -> Backends.open("third:3", "--device third:3"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("--device third:3 but third:3 is no device, there are 3");
            for (String wrong : List.of("fourth", "third:", "third:-1", "third:99999", "")) {
                assertThatThrownBy(() -> Backends.open(wrong, "it is '" + wrong + "'"))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("it is '" + wrong + "', must be 'reference' or 'simd', or one of [third] with or"
                                + " without the number of a device, such as 'third:0'");
            }
        });
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
