package io.github.lrp4j.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Looks for cuBLAS and asks it for its version; needs no GPU. Version 12 is looked for in all places before 13 in any: the
 * drivers of CUDA 12 and of CUDA 13 both run it.
 */
final class Cublas {
    static final List<String> NAMES = List.of("libcublas.so.12", "libcublas.so.13");

    /**
     * cuBLAS that was loaded and told its version.
     *
     * @param functions what it exports
     * @param major 12 or 13
     * @param version all of its version: {@code 12.6.4}
     * @param finding the same for people
     */
    record Library(NativeLibrary functions, int major, String version, Finding.Present finding) {
    }

    private Cublas() {
    }

    /** What {@link #load} finds, or why it finds nothing. */
    static Finding find(Machine machine, LibrarySearch search) {
        try {
            return load(machine, search).finding();
        } catch (NativeLibrary.LoadException e) {
            return new Finding.Absent(e.getMessage());
        }
    }

    /**
     * The first that can be loaded.
     *
     * @throws NativeLibrary.LoadException in one line, what was looked for, where, and what was wrong
     */
    static Library load(Machine machine, LibrarySearch search) throws NativeLibrary.LoadException {
        if (!machine.isLinux()) {
            throw new NativeLibrary.LoadException("cuBLAS is looked for on Linux only, this is " + machine.os(), null);
        }
        StringJoiner faults = new StringJoiner("; ");
        for (LibrarySearch.Candidate candidate : candidates(machine, search)) {
            try {
                loadSibling(candidate.library());
                NativeLibrary functions = NativeLibrary.load(candidate.library());
                int[] version = version(functions);
                String text = version[0] + "." + version[1] + "." + version[2];
                return new Library(functions, version[0], text, new Finding.Present("libcublas " + text,
                        candidate.library() + ", from " + candidate.origin()));
            } catch (NativeLibrary.LoadException e) {
                if (candidate.library().indexOf('/') >= 0) {
                    faults.add(e.getMessage());
                }
            }
        }
        throw new NativeLibrary.LoadException(absence(machine, search, faults.toString()), null);
    }

    /** cuBLAS needs libcublasLt, which lies beside it where the linker need not look. */
    private static void loadSibling(String library) {
        Path sibling = Path.of(library.replace("libcublas.so", "libcublasLt.so"));
        if (library.indexOf('/') >= 0 && !library.equals(sibling.toString()) && Files.exists(sibling)) {
            try {
                NativeLibrary.load(sibling.toString());
            } catch (NativeLibrary.LoadException e) {
                return; // If it is needed, loading cuBLAS fails and is reported.
            }
        }
    }

    private static String absence(Machine machine, LibrarySearch search, String faults) {
        String names = String.join(" or ", NAMES);
        if (machine.cublas().isPresent()) {
            String named = "-Dlrp4j.cublas=" + machine.cublas().get();
            return named + (faults.isEmpty() ? " names neither a file nor a directory with " + names : ": " + faults);
        }
        return names + " was found neither in " + search.where() + " nor by the dynamic linker; -Dlrp4j.cublas=FILE"
                + " names one" + (faults.isEmpty() ? "" : "; " + faults);
    }

    private static List<LibrarySearch.Candidate> candidates(Machine machine, LibrarySearch search) {
        List<LibrarySearch.Candidate> candidates = new ArrayList<>();
        if (machine.cublas().isEmpty()) {
            NAMES.forEach(name -> candidates.addAll(search.candidates(List.of(name))));
            return candidates;
        }
        Path named = Path.of(machine.cublas().get()).toAbsolutePath();
        List<Path> files = Files.isDirectory(named) ? NAMES.stream().map(named::resolve).toList() : List.of(named);
        files.stream().filter(Files::exists)
                .forEach(file -> candidates.add(new LibrarySearch.Candidate(file.toString(), "-Dlrp4j.cublas")));
        return candidates;
    }

    private static int[] version(NativeLibrary cublas) throws NativeLibrary.LoadException {
        MethodHandle property = cublas.function("cublasGetProperty", JAVA_INT, ADDRESS);
        int[] version = new int[3];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_INT);
            for (int part = 0; part < version.length; part++) {
                int status = (int) property.invokeExact(part, number);
                if (status != 0) {
                    throw new NativeLibrary.LoadException("cublasGetProperty returned " + status, null);
                }
                version[part] = number.get(JAVA_INT, 0);
            }
        } catch (Error | NativeLibrary.LoadException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("cublasGetProperty", e); // A downcall itself throws nothing checked.
        }
        return version;
    }
}
