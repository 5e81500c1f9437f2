package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.KernelsProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaTest {
    @TempDir
    Path root;

    @AfterEach
    void restore() {
        System.clearProperty(Backends.PROPERTY);
        System.clearProperty(Cuda.TF32);
    }

    private static void assumeNoGpu() {
        Optional<String> obstacle = CudaLibraries.discover().obstacle();
        Assumptions.assumeTrue(obstacle.isPresent(), "SKIPPED: this machine has a GPU, and lacks nothing that is named");
    }

    @Test
    void withoutADriverTheErrorIsOneLineThatSaysWhatWasLookedForWhere() {
        assumeNoGpu();
        System.setProperty(Backends.PROPERTY, "cuda:1");
        assertThatThrownBy(Backends::select).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("lrp4j.kernels is 'cuda:1' but cuda:1 cannot compute: ")
                .hasMessageNotContaining("\n").hasMessageContaining("libcuda.so.1");
        assertThatThrownBy(() -> Cuda.device(0)).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("cuda:0 cannot compute: ").hasMessageNotContaining("\n");
    }

    @Test
    void theCheckSaysWhatIsMissing() {
        assumeNoGpu();
        assertThat(Cuda.settings().check(0)).isInstanceOf(Finding.Absent.class).asString()
                .startsWith("cuda:0 cannot compute: ").doesNotContain("\n");
    }

    @Test
    void placesThatWereSearchedAreNamed() throws IOException {
        Path broken = Files.createDirectories(root.resolve("usr/lib64")).resolve("libcuda.so.1");
        Files.writeString(broken, "no library");
        assumeNoGpu();
        Machine machine = new Machine(Map.of(), Optional.empty(), root, "Linux", "amd64");
        assertThatThrownBy(() -> Cuda.settings().open(machine, 0)).isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("libcuda.so.1 (the NVIDIA driver)", root + "/usr/lib/wsl/lib",
                        broken + " is no shared library");
    }

    @Test
    void aNumberThatNoDeviceHasNamesThoseThereAre() {
        List<CudaDevice> two = List.of(new CudaDevice(0, "NVIDIA H100", 9, 0, 132, 80L << 30),
                new CudaDevice(1, "NVIDIA A2", 8, 6, 10, 16L << 30));
        assertThatCode(() -> Cuda.requireDevice(1, two)).doesNotThrowAnyException();
        for (int wrong : new int[] {-1, 2}) {
            assertThatThrownBy(() -> Cuda.requireDevice(wrong, two)).isInstanceOf(IllegalStateException.class).hasMessage(
                    "cuda:" + wrong + " is no device of this machine; it has cuda:0 NVIDIA H100, cuda:1 NVIDIA A2");
        }
        assertThatThrownBy(() -> Cuda.requireDevice(0, List.of(new CudaDevice(0, "NVIDIA V100", 7, 0, 80, 16L << 30))))
                .hasMessage("cuda:0 cannot compute: NVIDIA V100 has compute capability 7.0, the kernels need 7.5 or"
                        + " later");
        assertThatThrownBy(() -> Cuda.requireDevice(0, List.of())).hasMessageContaining("the driver reports no GPU");
    }

    @Test
    void tf32IsOffUnlessAskedFor() {
        assertThat(Cuda.settings().tf32()).isFalse();
        assertThat(Cuda.settings().withTf32(true).tf32()).isTrue();
        System.setProperty(Cuda.TF32, "true");
        assertThat(Cuda.settings().tf32()).isTrue();
        assertThat(Cuda.settings().withTf32(false).tf32()).isFalse();
    }

    @Test
    void theProviderIsFoundByItsName() {
        assertThat(ServiceLoader.load(KernelsProvider.class)).extracting(KernelsProvider::name).contains("cuda");
        assertThatThrownBy(() -> Backends.open("cuda:x", "it is 'cuda:x'")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'cuda:0'");
    }
}
