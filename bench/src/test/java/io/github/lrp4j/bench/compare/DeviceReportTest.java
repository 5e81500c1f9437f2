package io.github.lrp4j.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DeviceReportTest {
    @Test
    void optionsAreRead() {
        DeviceOptions options = DeviceOptions.parse(List.of("--kernels=cuda:1", "--report=/r.md", "--suite=/s",
                "--weights=/w", "--peer=python3 peer.py --device cuda", "vgg"));
        assertThat(options).isEqualTo(new DeviceOptions(false, "cuda:1", Path.of("/r.md"), Path.of("/s"), Path.of("/w"),
                List.of("python3", "peer.py", "--device", "cuda"), false, List.of("vgg")));
        assertThat(options.includes("vgg16")).isTrue();
        assertThat(options.includes("resnet50")).isFalse();
        assertThat(options.includesKernels()).isFalse();
        assertThat(DeviceOptions.parse(List.of("--check")).kernels()).isEqualTo("cuda:0");
        assertThatThrownBy(() -> DeviceOptions.parse(List.of("--loud"))).hasMessageContaining("--loud");
    }

    @Test
    @Tag("slow")
    void aSmallNetworkIsReportedOnTheProcessor() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            assertThat(DeviceReport.write(DeviceOptions.parse(List.of("--kernels=simd", "--tiny", "resnet18")), out,
                    new PrintStream(OutputStream.nullOutputStream()))).isZero();
        }
        String report = bytes.toString(StandardCharsets.UTF_8);
        assertThat(report).contains("no GPU", "| resnet18 | forward |", "| resnet18 | gradient |",
                "| resnet18 | epsilon |").doesNotContain("failed");
    }
}
