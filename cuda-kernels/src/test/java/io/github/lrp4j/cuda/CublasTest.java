package io.github.lrp4j.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.DType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which cuBLAS is taken and how it is called, with shared libraries that stand in for it. */
class CublasTest {
    @TempDir
    Path root;

    /** Both ways to cuBLAS as a choice that can be looked at. */
    private record Ways(boolean withJCublas) implements CublasBindings {
        @Override
        public CublasCalls byJCublas(String version) throws NativeLibrary.LoadException {
            if (!withJCublas) {
                throw new NativeLibrary.LoadException("JCublas2 cannot be loaded: it is missing", null);
            }
            return new StubCublas();
        }

        @Override
        public CublasCalls byForeignCalls(NativeLibrary functions, String version) throws NativeLibrary.LoadException {
            return new ForeignCublas(functions, version, 77);
        }
    }

    private void install(int major, String directory) throws IOException {
        Path library = StubLibrary.compile("cublas/cublas.cpp", "libcublas.so." + major, "-DMAJOR=" + major);
        Path target = Files.createDirectories(root.resolve(directory));
        Files.copy(library, target.resolve(library.getFileName()));
    }

    private Cublas.Library load(Optional<String> named) throws NativeLibrary.LoadException {
        Machine machine = new Machine(Map.of(), named, root, "Linux", "amd64");
        return Cublas.load(machine, new LibrarySearch(machine));
    }

    /** What the dynamic linker finds by itself is not below the root of a test. */
    private static void assumeNoneInstalled() {
        boolean installed = Cublas.NAMES.stream().anyMatch(name -> {
            try {
                NativeLibrary.load(name);
                return true;
            } catch (NativeLibrary.LoadException e) {
                return false;
            }
        });
        Assumptions.assumeFalse(installed, "SKIPPED: the dynamic linker finds a cuBLAS of this machine");
    }

    private Cublas.Library load() throws NativeLibrary.LoadException {
        return load(Optional.empty());
    }

    @Test
    void version12IsPreferredWhereverItLiesAndCalledByJCublas() throws Exception {
        install(13, "usr/local/cuda/lib64");
        install(12, "usr/lib64");
        Cublas.Library found = load();
        assertThat(found.version()).isEqualTo("12.3.1");
        assertThat(found.finding()).hasToString("libcublas 12.3.1 (" + root.resolve("usr/lib64/libcublas.so.12")
                + ", from " + root.resolve("usr/lib64") + ")");
        assertThat(new Ways(true).calls(found)).isInstanceOf(StubCublas.class);
    }

    @Test
    void whereJCublasCannotBeLoadedVersion12IsCalledByForeignCalls() throws Exception {
        install(12, "usr/local/cuda/lib64");
        try (CublasCalls calls = new Ways(false).calls(load())) {
            assertThat(calls.name()).isEqualTo("cuBLAS 12.3.1 by foreign calls");
        }
    }

    @Test
    void version13AloneIsCalledByForeignCalls() throws Exception {
        assumeNoneInstalled();
        install(13, "env/lib/python3.12/site-packages/nvidia/cublas/lib");
        Machine machine = new Machine(Map.of("VIRTUAL_ENV", root.resolve("env").toString()), Optional.empty(), root,
                "Linux", "amd64");
        try (CublasCalls calls = new Ways(true).calls(Cublas.load(machine, new LibrarySearch(machine)))) {
            assertThat(calls.name()).isEqualTo("cuBLAS 13.3.1 by foreign calls");
        }
    }

    @Test
    void aNamedLibraryIsTheOnlyOne() throws Exception {
        install(12, "usr/local/cuda/lib64");
        install(13, "chosen");
        assertThat(load(Optional.of(root.resolve("chosen").toString())).version()).isEqualTo("13.3.1");
        assertThat(load(Optional.of(root.resolve("chosen/libcublas.so.13").toString())).version()).isEqualTo("13.3.1");
    }

    @Test
    void whatWasLookedForWhereIsNamedInOneLine() throws IOException {
        assumeNoneInstalled();
        Path broken = Files.createDirectories(root.resolve("usr/lib64")).resolve("libcublas.so.13");
        Files.writeString(broken, "no library");
        Machine machine = new Machine(Map.of("LD_LIBRARY_PATH", "/own/lib"), Optional.empty(), root, "Linux", "amd64");
        assertThat(Cublas.choose(machine, new LibrarySearch(machine)).finding().toString()).doesNotContain("\n")
                .contains(
                        "libcublas.so.12 or libcublas.so.13 was found neither in /own/lib (LD_LIBRARY_PATH), " + root
                                + "/usr/local/cuda/lib64, ",
                        root + "/usr/lib/x86_64-linux-gnu",
                        " nor by the dynamic linker; -Dlrp4j.cublas=FILE names one; "
                                + broken + " is no shared library");
    }

    @Test
    void foreignCallsComputeInTheStreamOfTheDevice() throws Exception {
        install(13, "usr/lib64");
        Cublas.Library cublas = load(Optional.of(root.resolve("usr/lib64").toString()));
        long before = asked(cublas, "stub_handles");
        try (CublasProducts products = new CublasProducts(new Ways(true).calls(cublas), () -> {
        }, true)) {
            assertThat(asked(cublas, "stub_handles")).isEqualTo(before + 1);
            RowMajorProducts.check(products, DType.F32);
            RowMajorProducts.check(products, DType.F64);
            assertThat(asked(cublas, "stub_stream")).isEqualTo(77);
            assertThat(asked(cublas, "stub_math_mode")).isEqualTo(CublasCalls.TF32_MATH);
            assertThatThrownBy(
                    () -> products.gemm(DType.F64, false, false, 2, 2, 2, 1, 8, 1, 0, 8, 2, 0, 0, 8, 2, 0, 1))
                    .hasMessage("cuda: product 2 x 2 x 2 of 1 matrices (F64), cuBLAS 13.3.1 by foreign calls:"
                            + " cublasDgemmStridedBatched returned 7 (CUBLAS_STATUS_INVALID_VALUE)");
        }
        assertThat(asked(cublas, "stub_handles")).as("the handle was destroyed").isEqualTo(before);
    }

    private static long asked(Cublas.Library cublas, String question) throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_LONG);
            Object status = cublas.functions().function(question, ADDRESS).invokeWithArguments(answer);
            assertThat(status).isEqualTo(0);
            return answer.get(JAVA_LONG, 0);
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
