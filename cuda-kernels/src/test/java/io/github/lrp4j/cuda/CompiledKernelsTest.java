package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The PTX that is checked in: that it belongs to the sources, and that compilers take it. */
class CompiledKernelsTest {
    private static final Pattern ENTRY = Pattern.compile("\\.entry\\s+(\\w+)");
    private static final Pattern RELEASE = Pattern.compile("V(\\d+\\.\\d+\\.\\d+)");

    private static String generator(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        Sources.module().resolve("src/generator/java/CompileKernels.java").toString()));
        command.addAll(Arrays.asList(arguments));
        return Compilation.run(command);
    }

    @Test
    void belongsToTheSources() {
        assertThat(generator("--check", Sources.kernels().toString(), Sources.ptx().toString()))
                .as("files to be written again: java src/generator/java/CompileKernels.java src/main/cuda"
                        + " src/main/resources/io/github/lrp4j/cuda")
                .isEmpty();
    }

    @Test
    void isWhatNvccWrites() throws IOException {
        Optional<Path> nvcc = Compilation.program("nvcc", Path.of("/usr/local/cuda/bin/nvcc"));
        Assumptions.assumeTrue(nvcc.isPresent(),
                "SKIPPED: the PTX is not compared with nvcc's, because nvcc is not found"
                        + " in PATH nor in /usr/local/cuda/bin; install the CUDA toolkit 13.0");
        Assumptions.assumeTrue(Compilation.program("g++").isPresent(), "SKIPPED: the PTX is not compared with nvcc's,"
                + " because nvcc needs g++, which is not found in PATH");
        String release = RELEASE.matcher(Compilation.version(nvcc.get())).results().map(found -> found.group(1))
                .findFirst().orElse("unknown");
        for (Map.Entry<String, String> checkedIn : CompiledKernels.ptx().entrySet()) {
            String header = checkedIn.getValue().lines().findFirst().orElse("");
            Assumptions.assumeTrue(header.contains(" nvcc " + release + " "),
                    "SKIPPED: the PTX is not compared with that of nvcc " + release + ", because of: " + header);
        }
        Path target = Sources.module().resolve("target/ptx");
        generator(Sources.kernels().toString(), target.toString());
        for (Map.Entry<String, String> checkedIn : CompiledKernels.ptx().entrySet()) {
            String written = Files.readString(target.resolve(checkedIn.getKey()));
            assertThat(written.equals(checkedIn.getValue())).as(checkedIn.getKey()).isTrue();
        }
    }

    @Test
    void hasEveryKernelThatRunsOnTheHost() {
        try (HostDevice host = HostDevice.open()) {
            TreeSet<String> entries = new TreeSet<>();
            for (String ptx : CompiledKernels.ptx().values()) {
                Matcher entry = ENTRY.matcher(ptx);
                while (entry.find()) {
                    assertThat(entries.add(entry.group(1))).as("%s twice", entry.group(1)).isTrue();
                }
            }
            assertThat(entries).isEqualTo(host.kernels());
        }
    }

    @Test
    void isForDriversOfCuda12AndDevicesFrom75On() {
        CompiledKernels.ptx().forEach((file, ptx) -> assertThat(ptx.lines()).as(file)
                .contains(".version 8.0", ".target sm_75")
                .noneMatch(line -> line.contains(System.getProperty("user.dir"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sm_80", "sm_90"})
    void assembles(String gpu) {
        PtxCompiler compiler = PtxCompiler.load();
        CompiledKernels.ptx().entrySet().parallelStream().forEach(file -> {
            byte[] program = compiler.compile(file.getValue(), "--gpu-name=" + gpu);
            assertThat(program).as(file.getKey()).startsWith(0x7f, 'E', 'L', 'F');
        });
    }

    @Test
    void whatIsWrongDoesNotAssemble() {
        PtxCompiler compiler = PtxCompiler.load();
        assertThatThrownBy(() -> compiler.compile(".version 8.0\n.target sm_75\n.address_size 64\n"
                + ".visible .entry wrong()\n{\n\tno.such.instruction %r1;\n}\n", "--gpu-name=sm_80"))
                .hasMessageContaining("Not a name of any known instruction: 'no'");
    }
}
