package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The whole way from {@link Cuda#device} to a kernel, through JCuda's native halves, in a process whose {@code libcuda.so.1}
 * and cuBLAS are stand-ins that compute on the host.
 */
class JCudaCallsTest {
    private static String run(Path cublas) throws IOException, InterruptedException {
        Path kernels = HostCompiler.compile(Sources.kernels());
        Path driver = StubLibrary.compile("driver/cuda.cpp", "libcuda.so.1", "-DKERNELS=\"" + kernels + "\"",
                "-Wl,-soname,libcuda.so.1");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
                "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Xmx512m",
                "-Dlrp4j.cublas=" + cublas, "-cp", System.getProperty("java.class.path"), StubbedGpu.class.getName()))
                .redirectErrorStream(true);
        builder.environment().put("LD_LIBRARY_PATH", driver.getParent().toString());
        builder.environment().remove("JDK_JAVA_OPTIONS");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static void check(String said, String cublas) {
        assertThat(said.lines().filter(line -> !line.startsWith("WARNING"))).satisfiesExactly(
                missing -> assertThat(missing).isEqualTo("nothing is missing"),
                kernels -> assertThat(kernels).matches("[1-9]\\d+ kernels \\(compiled by the driver for Host in place of a"
                        + " GPU, compute capability 9\\.0\\)"),
                name -> assertThat(name).isEqualTo("Host in place of a GPU, compute capability 9.0"),
                refusal -> assertThat(refusal).isEqualTo("cuda: product 2 x 2 x 2 of 1 matrices (F32), " + cublas
                        + ": cublasSgemmStridedBatched returned 7 (CUBLAS_STATUS_INVALID_VALUE)"),
                transfers -> assertThat(transfers).contains("to device", "to host").doesNotContain("nothing copied"));
    }

    @Test
    void computesWithCublas12ByJCublas2() throws Exception {
        HostCompiler.assume();
        Assumptions.assumeTrue(System.getProperty("java.class.path").contains("jcublas-natives"),
                "SKIPPED: JCublas2 is not run, because its native half is not on the class path");
        Path versions = Sources.module().resolve("src/test/cuda/cublas/versions.map");
        check(run(StubLibrary.compile("cublas/cublas.cpp", "libcublas.so.12", "-DMAJOR=12",
                "-Wl,-soname,libcublas.so.12", "-Wl,--version-script=" + versions)),
                "cuBLAS 12.3.1 by JCublas2");
    }

    @Test
    void computesWithCublas13ByForeignCalls() throws Exception {
        HostCompiler.assume();
        check(run(StubLibrary.compile("cublas/cublas.cpp", "libcublas.so.13", "-DMAJOR=13")),
                "cuBLAS 13.3.1 by foreign calls");
    }
}
