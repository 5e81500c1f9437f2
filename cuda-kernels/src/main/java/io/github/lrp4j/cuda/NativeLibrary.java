package io.github.lrp4j.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A shared library whose functions return an int status; stays loaded. */
final class NativeLibrary {
    /** A library that cannot be loaded, or lacks a function. */
    static final class LoadException extends Exception {
        private static final long serialVersionUID = 1L;

        LoadException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

    private final String name;
    private final SymbolLookup symbols;

    private NativeLibrary(String name, SymbolLookup symbols) {
        this.name = name;
        this.symbols = symbols;
    }

    /** Loads a file, or by a bare name what the dynamic linker finds. */
    @SuppressWarnings("restricted")
    static NativeLibrary load(String library) throws LoadException {
        try {
            boolean isPath = library.indexOf('/') >= 0;
            if (isPath) {
                requireElf(Path.of(library));
            }
            SymbolLookup symbols = isPath
                    ? SymbolLookup.libraryLookup(Path.of(library), Arena.global())
                    : SymbolLookup.libraryLookup(library, Arena.global());
            return new NativeLibrary(library, symbols);
        } catch (IllegalArgumentException | IllegalCallerException | UnsatisfiedLinkError e) {
            throw new LoadException(library + " cannot be loaded", e);
        }
    }

    /** The JVM warns on stderr about stack guards when it is handed anything else. */
    private static void requireElf(Path file) throws LoadException {
        try (InputStream in = Files.newInputStream(file)) {
            if (!Arrays.equals(in.readNBytes(ELF.length), ELF)) {
                throw new LoadException(file + " is no shared library", null);
            }
        } catch (IOException e) {
            throw new LoadException(file + " cannot be read", e);
        }
    }

    /** The function {@code int symbol(parameters...)}. */
    @SuppressWarnings("restricted")
    MethodHandle function(String symbol, MemoryLayout... parameters) throws LoadException {
        return Linker.nativeLinker().downcallHandle(
                symbols.find(symbol).orElseThrow(() -> new LoadException(name + " has no function " + symbol, null)),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
    }
}
