package io.github.lrp4j.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Kernels that were compiled for the host: the functions of {@code host.cpp}. */
final class HostLibrary {
    private static final int MESSAGE_BYTES = 1024;
    private static final Map<Path, HostLibrary> LOADED = new ConcurrentHashMap<>();

    private final SymbolLookup symbols;
    private final MethodHandle launch;
    private final MethodHandle gemm;
    private final MethodHandle allocate;
    private final MethodHandle free;
    private final Map<String, MemorySegment> kernels = new TreeMap<>();

    /** The kernels of a directory of {@code .cu} files; compiled and loaded once. */
    static HostLibrary of(Path directory) {
        return LOADED.computeIfAbsent(directory, d -> new HostLibrary(HostCompiler.compile(d)));
    }

    @SuppressWarnings("restricted")
    private HostLibrary(Path library) {
        symbols = SymbolLookup.libraryLookup(library, Arena.global());
        launch = function("lrp4j_launch", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT,
                JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));
        gemm = function("lrp4j_gemm", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
                JAVA_INT, JAVA_DOUBLE, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_DOUBLE,
                JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
        allocate = function("lrp4j_allocate", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
        free = function("lrp4j_free", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
        MethodHandle list = function("lrp4j_kernels", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG));
        MethodHandle find = function("lrp4j_kernel", FunctionDescriptor.of(ADDRESS, ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            long bytes = (long) list.invokeExact(MemorySegment.NULL, 0L);
            MemorySegment text = arena.allocate(bytes);
            bytes = (long) list.invokeExact(text, bytes);
            String names = new String(text.toArray(JAVA_BYTE),
                    StandardCharsets.US_ASCII);
            for (String name : names.lines().toList()) {
                MemorySegment kernel = (MemorySegment) find.invokeExact(arena.allocateFrom(name));
                if (kernels.put(name, kernel) != null) {
                    throw new IllegalStateException("two kernels have the name " + name);
                }
            }
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    @SuppressWarnings("restricted")
    private MethodHandle function(String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(symbols.find(name).orElseThrow(), type);
    }

    /** Names of all kernels, sorted. */
    Set<String> names() {
        return Collections.unmodifiableSet(kernels.keySet());
    }

    /** Runs a kernel; null, or what went wrong. */
    String launch(String name, Grid grid, Arguments arguments) {
        MemorySegment kernel = kernels.get(name);
        if (kernel == null) {
            throw new IllegalArgumentException("there is no kernel " + name + " in src/main/cuda");
        }
        byte[] bytes = arguments.toBytes();
        int[] offsets = arguments.offsets();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(bytes.length + 1, 16);
            MemorySegment.copy(bytes, 0, values, JAVA_BYTE, 0, bytes.length);
            MemorySegment starts = arena.allocateFrom(JAVA_INT, offsets);
            MemorySegment message = arena.allocate(MESSAGE_BYTES);
            int status = (int) launch.invokeExact(kernel, grid.x(), grid.y(), grid.z(), grid.threads(),
                    grid.sharedBytes(), values, bytes.length, starts, offsets.length, message, MESSAGE_BYTES);
            return status == 0 ? null : message.getString(0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Products of matrices as {@link Products} has them; null, or what went wrong. */
    String gemm(boolean is64, boolean transposeA, boolean transposeB, int m, int n, int k, double alpha, long a,
            int lda, long strideA, long b, int ldb, long strideB, double beta, long c, int ldc, long strideC,
            int batch) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(MESSAGE_BYTES);
            int status = (int) gemm.invokeExact(is64 ? 1 : 0, transposeA ? 1 : 0, transposeB ? 1 : 0, m, n, k, alpha, a,
                    lda, strideA, b, ldb, strideB, beta, c, ldc, strideC, batch, message, MESSAGE_BYTES);
            return status == 0 ? null : message.getString(0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Address of as many bytes, 0 if there are none left. */
    long allocate(long bytes) {
        try {
            return (long) allocate.invokeExact(bytes);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Whether nothing was written beside them. */
    boolean free(long address, long bytes) {
        try {
            return (int) free.invokeExact(address, bytes) == 0;
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    private static RuntimeException rethrown(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException known ? known : new IllegalStateException(e);
    }
}
