package io.github.lrp4j.zoo.tokenizer;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The native library behind the tokenizers, loaded once from the jar that brings it.
 *
 * <p>The jar has a loader of its own, which looks into a shared cache directory, chooses a build by the GPU that it
 * sees and downloads that build where the jar has none, and high-level classes that report their use to a server.
 * Neither is used: the library is copied from the class path to a fresh directory that only this user can read, loaded
 * from there, and deleted again. {@code -Dlrp4j.tokenizers=FILE} names another build.
 */
final class NativeTokenizers {
    private static final String OVERRIDE = "lrp4j.tokenizers";
    private static final String RESOURCES = "/native/lib/";

    private NativeTokenizers() {
    }

    /** Loads on first use, and remembers why it could not. */
    private static final class Holder {
        static final String FAULT = load();

        private Holder() {
        }
    }

    /**
     * The library.
     *
     * @throws IllegalStateException if there is none for this system, or it does not run here
     */
    static TokenizersLibrary get() {
        if (Holder.FAULT != null) {
            throw new IllegalStateException("the native tokenizers library cannot be loaded: " + Holder.FAULT + "; -D"
                    + OVERRIDE + "=FILE names another build");
        }
        return TokenizersLibrary.LIB;
    }

    @SuppressWarnings("restricted") // That it is native code is the point.
    private static String load() {
        // Native methods are looked for in the libraries of the class loader of their class.
        if (TokenizersLibrary.class.getClassLoader() != NativeTokenizers.class.getClassLoader()) {
            return "its classes and lrp4j's come from different class loaders";
        }
        try {
            String override = System.getProperty(OVERRIDE);
            if (override != null) {
                System.load(Path.of(override).toAbsolutePath().toString());
            } else {
                loadCopies();
            }
            return null;
        } catch (IOException | UnsatisfiedLinkError e) {
            return e.getMessage();
        }
    }

    @SuppressWarnings("restricted")
    private static void loadCopies() throws IOException {
        Path folder = Files.createTempDirectory("lrp4j-tokenizers");
        List<Path> copies = new ArrayList<>();
        try {
            for (String resource : resources()) {
                Path copy = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
                copies.add(copy);
                copy(resource, copy);
                System.load(copy.toString());
            }
        } finally {
            copies.forEach(NativeTokenizers::discard);
            discard(folder);
        }
    }

    private static List<String> resources() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "arm64", "aarch64" -> "aarch64";
            case String other -> other;
        };
        if (system.startsWith("windows")) {
            String folder = "win-" + processor + "/cpu/";
            return List.of(folder + "libwinpthread-1.dll", folder + "libgcc_s_seh-1.dll", folder + "libstdc++-6.dll",
                    folder + "tokenizers.dll");
        }
        return List.of(system.startsWith("mac")
                ? "osx-" + processor + "/cpu/libtokenizers.dylib"
                : "linux-" + processor + "/cpu/libtokenizers.so");
    }

    private static void copy(String resource, Path target) throws IOException {
        try (InputStream content = TokenizersLibrary.class.getResourceAsStream(RESOURCES + resource)) {
            if (content == null) {
                throw new IOException("its jar has no " + RESOURCES + resource);
            }
            Files.copy(content, target);
        }
    }

    /** What is loaded may be deleted, except on Windows, where it goes with the JVM. */
    private static void discard(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            path.toFile().deleteOnExit();
        }
    }
}
