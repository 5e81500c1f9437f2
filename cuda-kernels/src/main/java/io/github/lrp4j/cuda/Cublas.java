package io.github.lrp4j.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;

/** Looks for cuBLAS, major version 12 or 13, and asks it for its version; needs no GPU. */
final class Cublas {
    static final List<String> NAMES = List.of("libcublas.so.12", "libcublas.so.13");

    private Cublas() {
    }

    static Finding find(Machine machine, LibrarySearch search) {
        if (!machine.isLinux()) {
            return new Finding.Absent("cuBLAS is looked for on Linux only, this is " + machine.os());
        }
        StringJoiner faults = new StringJoiner("; ");
        for (LibrarySearch.Candidate candidate : candidates(machine, search)) {
            try {
                String version = version(NativeLibrary.load(candidate.library()));
                return new Finding.Present("libcublas " + version,
                        candidate.library() + ", from " + candidate.origin());
            } catch (NativeLibrary.LoadException e) {
                if (candidate.library().indexOf('/') >= 0) {
                    faults.add(e.getMessage());
                }
            }
        }
        if (machine.cublas().isPresent()) {
            String named = "-Dlrp4j.cublas=" + machine.cublas().get();
            return new Finding.Absent(faults.length() > 0
                    ? named + ": " + faults
                    : named + " names neither a file nor a directory with " + String.join(" or ", NAMES));
        }
        return new Finding.Absent(String.join(" or ", NAMES) + " not found in " + search.size()
                + " directories nor by the dynamic linker; -Dlrp4j.cublas=FILE names one"
                + (faults.length() > 0 ? "; " + faults : ""));
    }

    private static List<LibrarySearch.Candidate> candidates(Machine machine, LibrarySearch search) {
        if (machine.cublas().isEmpty()) {
            return search.candidates(NAMES);
        }
        Path named = Path.of(machine.cublas().get()).toAbsolutePath();
        List<Path> files = Files.isDirectory(named) ? NAMES.stream().map(named::resolve).toList() : List.of(named);
        return files.stream().filter(Files::exists)
                .map(file -> new LibrarySearch.Candidate(file.toString(), "-Dlrp4j.cublas")).toList();
    }

    private static String version(NativeLibrary cublas) throws NativeLibrary.LoadException {
        MethodHandle property = cublas.function("cublasGetProperty", JAVA_INT, ADDRESS);
        StringJoiner version = new StringJoiner(".");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_INT);
            for (int part = 0; part < 3; part++) {
                int status = (int) property.invokeExact(part, number);
                if (status != 0) {
                    throw new NativeLibrary.LoadException("cublasGetProperty returned " + status, null);
                }
                version.add(Integer.toString(number.get(JAVA_INT, 0)));
            }
        } catch (Error | NativeLibrary.LoadException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("cublasGetProperty", e); // A downcall itself throws nothing checked.
        }
        return version.toString();
    }
}
