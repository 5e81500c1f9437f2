package io.github.lrp4j.cuda;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles what stands in for one of CUDA's libraries: a file of {@code src/test/cuda}, as a shared library. It has no name of
 * its own inside, by which the dynamic linker would find it once it was loaded, unless an option gives it one.
 */
record StubLibrary(Path compiler, Path source, List<String> options, String output) implements Compilation.Step {
    /** Skips the test that calls this where g++ is missing. */
    static Path compile(String source, String output, String... options) {
        HostCompiler.assume();
        Path compiler = Compilation.program("g++").orElseThrow();
        Path file = Sources.module().resolve("src/test/cuda").resolve(source);
        return Compilation.inTarget().make(Compilation.version(compiler),
                List.of(new StubLibrary(compiler, file, List.of(options), output))).getFirst();
    }

    @Override
    public List<String> command(Path made) {
        List<String> command = new ArrayList<>(List.of(compiler.toString(), "-std=c++20", "-O1", "-fPIC", "-shared"));
        command.addAll(options);
        command.addAll(List.of(source.toString(), "-o", made.toString()));
        return command;
    }

    @Override
    public List<Path> inputs() {
        List<Path> inputs = new ArrayList<>(List.of(source));
        inputs.addAll(Sources.files(Sources.module().resolve("src/test/cuda"), ".h"));
        return inputs;
    }
}
