package io.github.lrp4j.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Compiles the {@code .cu} files of a directory for the host: g++ and {@code lrp4j-host.h} instead of nvcc. */
final class HostCompiler {
    /** No contraction: the same bits as {@code nvcc -fmad=false}. */
    private static final List<String> OPTIONS = List.of("-std=c++20", "-O2", "-fPIC", "-march=native",
            "-ffp-contract=off", "-fno-math-errno", "-fno-strict-aliasing", "-fvisibility=hidden", "-pthread");

    private record ObjectFile(Path compiler, Path source, List<Path> includes) implements Compilation.Step {
        @Override
        public List<String> command(Path output) {
            List<String> command = new ArrayList<>(List.of(compiler.toString()));
            command.addAll(OPTIONS);
            includes.forEach(directory -> command.add("-I" + directory));
            command.addAll(List.of("-x", "c++", "-c", source.toString(), "-o", output.toString()));
            return command;
        }

        @Override
        public List<Path> inputs() {
            List<Path> inputs = new ArrayList<>(List.of(source));
            includes.forEach(directory -> inputs.addAll(Sources.files(directory, ".cuh", ".h")));
            return inputs;
        }

        @Override
        public String output() {
            return Sources.stem(source) + ".o";
        }
    }

    private record SharedLibrary(Path compiler, List<Path> objects) implements Compilation.Step {
        @Override
        public List<String> command(Path output) {
            List<String> command = new ArrayList<>(List.of(compiler.toString(), "-shared", "-pthread", "-o",
                    output.toString()));
            objects.forEach(object -> command.add(object.toString()));
            return command;
        }

        @Override
        public List<Path> inputs() {
            return objects;
        }

        @Override
        public String output() {
            return "libkernels.so";
        }
    }

    private HostCompiler() {
    }

    private static Optional<Path> find() {
        return System.getProperty("os.name").startsWith("Linux") ? Compilation.program("g++") : Optional.empty();
    }

    /** Skips the test that calls this, and says why, where kernels cannot be compiled for the host. */
    static void assume() {
        Assumptions.assumeTrue(find().isPresent(), "SKIPPED: the kernels are not run on the host, because g++ on Linux"
                + " is not found in PATH; install g++ 11 or later");
    }

    /** The shared library of the {@code .cu} files in a directory. */
    static Path compile(Path directory) {
        Path compiler = find().orElseThrow(() -> new IllegalStateException("no g++ in PATH"));
        Path standIns = Sources.module().resolve("src/test/cuda");
        List<Path> includes = Stream.of(Sources.kernels(), standIns, directory).distinct().toList();
        List<Path> sources = new ArrayList<>(Sources.files(directory, ".cu"));
        sources.addAll(Sources.files(standIns, ".cpp"));
        String machine = Compilation.version(compiler) + processor();
        Compilation compilation = Compilation.inTarget();
        List<Path> objects = compilation.make(machine,
                sources.stream().map(source -> new ObjectFile(compiler, source, includes)).toList());
        return compilation.make(machine, List.of(new SharedLibrary(compiler, objects))).getFirst();
    }

    /** What {@code -march=native} depends on: a cache may be carried to another machine. */
    private static String processor() {
        Path description = Path.of("/proc/cpuinfo");
        if (!Files.exists(description)) {
            return "";
        }
        try (Stream<String> lines = Files.lines(description)) {
            return lines.filter(line -> line.startsWith("flags") || line.startsWith("Features")).findFirst().orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
