package io.github.lrp4j.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The kernels of {@code src/main/cuda} as nvcc compiled them: PTX for compute capability 7.5 and later, of version 8.0, which
 * drivers of CUDA 12.0 and later take. {@code src/generator/java/CompileKernels.java} writes it.
 */
final class CompiledKernels {
    private static final String INDEX = "index.txt";

    private CompiledKernels() {
    }

    /** By the name of a file, its text. */
    static Map<String, String> ptx() {
        Map<String, String> texts = new LinkedHashMap<>();
        read(INDEX).lines().forEach(file -> texts.put(file, read(file)));
        return texts;
    }

    private static String read(String file) {
        try (InputStream in = CompiledKernels.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(
                        "cuda: " + file + " is missing beside " + CompiledKernels.class.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
