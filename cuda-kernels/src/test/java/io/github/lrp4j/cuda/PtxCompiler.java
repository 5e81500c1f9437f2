package io.github.lrp4j.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/** NVIDIA's compiler of PTX, version 12.0, as JCuda brings it: needs neither GPU nor driver. */
final class PtxCompiler {
    private static final String TEMPORARY = "java.io.tmpdir";

    private PtxCompiler() {
    }

    /** Loads it from a directory of its own, as {@link JCudaBindings} does, and for the same reason. */
    static PtxCompiler load() {
        synchronized (JCudaBindings.class) {
            String shared = System.getProperty(TEMPORARY);
            Path own;
            try {
                own = Files.createTempDirectory("lrp4j-ptx-");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            System.setProperty(TEMPORARY, own.toString());
            try {
                JNvPTXCompiler.setExceptionsEnabled(false);
            } finally {
                System.setProperty(TEMPORARY, shared);
                remove(own); // What is mapped stays.
            }
        }
        return new PtxCompiler();
    }

    private static void remove(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Machine code.
     *
     * @param options such as {@code --gpu-name=sm_90}
     * @throws IllegalArgumentException with what the compiler says, if it refuses the text
     */
    byte[] compile(String ptx, String... options) {
        byte[] text = ptx.getBytes(StandardCharsets.US_ASCII);
        nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
        require("create", JNvPTXCompiler.nvPTXCompilerCreate(compiler, text.length, text));
        try {
            int status = JNvPTXCompiler.nvPTXCompilerCompile(compiler, options.length, options);
            if (status != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
                long[] size = new long[1];
                require("log size", JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(compiler, size));
                byte[] log = new byte[(int) size[0]];
                require("log", JNvPTXCompiler.nvPTXCompilerGetErrorLog(compiler, log));
                throw new IllegalArgumentException(nvPTXCompileResult.stringFor(status) + ": "
                        + new String(log, StandardCharsets.US_ASCII).replace("\0", "").strip());
            }
            long[] size = new long[1];
            require("size", JNvPTXCompiler.nvPTXCompilerGetCompiledProgramSize(compiler, size));
            byte[] program = new byte[(int) size[0]];
            require("program", JNvPTXCompiler.nvPTXCompilerGetCompiledProgram(compiler, program));
            return program;
        } finally {
            JNvPTXCompiler.nvPTXCompilerDestroy(compiler);
        }
    }

    private static void require(String call, int status) {
        if (status != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
            throw new IllegalStateException("PTX compiler, " + call + ": " + nvPTXCompileResult.stringFor(status));
        }
    }
}
