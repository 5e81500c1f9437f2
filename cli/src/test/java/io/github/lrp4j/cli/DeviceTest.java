package io.github.lrp4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.cli.console.ExitCode;
import io.github.lrp4j.cuda.CudaLibraries;
import io.github.lrp4j.tensor.kernels.Backends;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The option {@code --device}. */
class DeviceTest {
    @AfterEach
    void restore() {
        System.clearProperty(Backends.PROPERTY);
    }

    private static void assumeNoGpu() {
        Assumptions.assumeTrue(CudaLibraries.discover().obstacle().isPresent(), "SKIPPED: this machine has a GPU");
    }

    @ParameterizedTest
    @CsvSource({"cuda, explain", "cuda:1, explain", "cuda:0, evaluate --data none"})
    void withoutAGpuOneLineSaysWhy(String device, String command) {
        assumeNoGpu();
        CommandRun.of((Object[]) (command + " --device " + device).split(" ")).requireOneLine(ExitCode.USAGE, "--device " + device + " but cuda:",
                "cannot compute", "libcuda.so.1");
    }

    @Test
    void onlyDevicesThatThereCanBe() {
        for (String wrong : List.of("gpu", "cuda:", "cuda:x", "reference")) {
            CommandRun.of("explain", "--device", wrong).requireOneLine(ExitCode.USAGE,
                    "--device must be cpu, cuda or cuda:N, got '" + wrong + "'");
        }
        CommandRun.of("explain", "--device", "cuda", "--kernels", "reference").requireOneLine(ExitCode.USAGE,
                "--device cuda and --kernels reference exclude each other");
    }

    @Test
    void theProcessorIsTheDefault(@TempDir Path root) {
        CommandRun.of("explain", "--device", "cpu", "--out", root.resolve("out"), "-q").requireSuccess();
    }

    @Test
    void kernelsThatThePropertyNamesAndThatDoNotRunAreOneLineAndTheDoctorSaysSo() {
        System.setProperty(Backends.PROPERTY, "fast");
        CommandRun.of("explain").requireOneLine(ExitCode.USAGE, "lrp4j.kernels is 'fast'");
        assertThat(CommandRun.of("doctor").requireSuccess().out()).contains("lrp4j.kernels is 'fast'");
    }

    @Test
    void theDoctorSaysWhatWasLookedForWhere() {
        assumeNoGpu();
        String said = CommandRun.of("doctor").requireSuccess().out();
        assertThat(said).contains("not used: ", "libcuda.so.1", "cuBLAS", "JCuda");
    }
}
