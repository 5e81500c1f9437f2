package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaLibrariesTest {
    @TempDir
    Path root;

    private Machine machine(Map<String, String> variables, Optional<String> cublas) {
        return new Machine(variables, cublas, root, "Linux", "amd64");
    }

    private String file(String path) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "no library");
        return file.toString();
    }

    private static String reason(Finding finding) {
        assertThat(finding).isInstanceOf(Finding.Absent.class);
        return ((Finding.Absent) finding).reason();
    }

    @Test
    void thisMachineIsDescribedInSingleLinesWhateverItHas() {
        CudaLibraries found = CudaLibraries.discover();

        for (Finding finding : List.of(found.driver(), found.blas(), found.bindings())) {
            assertThat(finding.toString()).isNotBlank().doesNotContain("\n");
        }
        boolean complete = found.driver().isPresent() && !found.devices().isEmpty() && found.blas().isPresent()
                && found.bindings().isPresent();
        assertThat(found.obstacle().isEmpty()).isEqualTo(complete);
        if (!found.driver().isPresent()) {
            assertThat(found.devices()).isEmpty();
            assertThat(found.obstacle()).contains(reason(found.driver()));
        }
    }

    @Test
    void placesAreSearchedInTheDocumentedOrder() throws IOException {
        String name = "libcublas.so.12";
        Path own = root.resolve("own");
        Path env = root.resolve("env");
        List<String> expected = List.of(
                file("own/" + name),
                file("usr/local/cuda/lib64/" + name),
                file("usr/local/cuda-13.0/lib64/" + name),
                file("usr/local/cuda-12.10/lib64/" + name),
                file("usr/local/cuda-12.6/lib64/" + name),
                file("usr/lib/x86_64-linux-gnu/" + name),
                file("env/lib/python3.12/site-packages/nvidia/cublas/lib/" + name),
                file("usr/local/lib/python3.11/dist-packages/nvidia/cublas/lib/" + name),
                name);

        LibrarySearch search = new LibrarySearch(
                machine(Map.of("LD_LIBRARY_PATH", own + ":", "VIRTUAL_ENV", env.toString()), Optional.empty()));

        assertThat(search.candidates(List.of(name)).stream().map(LibrarySearch.Candidate::library)).isEqualTo(expected);
    }

    @Test
    void aFileThatIsNoLibraryIsNamedAsTheReason() throws IOException {
        String broken = file("usr/local/cuda/lib64/libcublas.so.12");

        assertThat(reason(CudaLibraries.discover(machine(Map.of(), Optional.of(broken))).blas()))
                .isEqualTo("-Dlrp4j.cublas=" + broken + ": " + broken + " is no shared library");
        assertThat(reason(CudaLibraries.discover(machine(Map.of(), Optional.of(root + "/absent"))).blas()))
                .contains(root + "/absent", "neither a file nor a directory");
    }

    @Test
    void aPropertyThatNamesADirectoryIsTheOnlyPlace() throws IOException {
        file("usr/local/cuda/lib64/libcublas.so.13");
        String broken = file("chosen/libcublas.so.13");

        assertThat(reason(
                CudaLibraries.discover(machine(Map.of(), Optional.of(root.resolve("chosen").toString()))).blas()))
                .contains(broken).doesNotContain("usr/local");
    }

    @Test
    void withoutCublasOwnKernelsMultiply() {
        Finding wanted = CudaLibraries.discover(machine(Map.of(), Optional.of("none"))).blas();

        assertThat(wanted.isPresent()).isTrue();
        assertThat(wanted).asString().contains("lrp4j's own kernels", "-Dlrp4j.cublas=none");
        Cublas.Choice choice = Cublas.choose(machine(Map.of(), Optional.empty()), new LibrarySearch(
                machine(Map.of(), Optional.empty())));
        assertThat(choice.finding().isPresent()).isTrue();
        if (choice.library().isEmpty()) {
            assertThat(choice.finding()).asString().contains("lrp4j's own kernels", "libcublas.so.12",
                    root + "/usr/lib64");
        }
    }

    @Test
    void aToolkitDirectoryWithAnOddNameDoesNotDisturb() throws IOException {
        file("usr/local/cuda-nightly/lib64/libcublas.so.12");
        String dated = file("usr/local/cuda-12.6/lib64/libcublas.so.12");

        LibrarySearch search = new LibrarySearch(machine(Map.of(), Optional.empty()));

        assertThat(search.candidates(List.of("libcublas.so.12")).getFirst().library()).isEqualTo(dated);
    }

    @Test
    void otherSystemsAreToldSo() {
        Machine mac = new Machine(Map.of(), Optional.empty(), root, "Mac OS X", "aarch64");

        CudaLibraries found = CudaLibraries.discover(mac);

        assertThat(found.obstacle()).hasValueSatisfying(why -> assertThat(why).contains("Linux only", "Mac OS X"));
        assertThat(found.blas().isPresent()).isFalse();
    }

    @Test
    void bindingsAreExtractedPrivatelyOrRefusedInOneLine() {
        String before = System.getProperty("java.io.tmpdir");

        Finding bindings = JCudaBindings.load();

        assertThat(System.getProperty("java.io.tmpdir")).isEqualTo(before);
        assertThat(bindings.toString()).doesNotContain("\n").containsIgnoringCase("JCuda");
        try (var files = Files.list(Path.of(before))) {
            assertThat(files.map(f -> f.getFileName().toString())).noneMatch(f -> f.startsWith("libJCudaDriver"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aDeviceReadsAsOneLine() {
        assertThat(new CudaDevice(0, "NVIDIA H200", 9, 0, 132, 150L << 30)).hasToString(
                "NVIDIA H200, compute capability 9.0, 132 multiprocessors, 150.0 GiB");
    }
}
