package io.github.lrp4j.cli.console;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Takes stderr back from where the launcher script has put it.
 *
 * <p>The JVM warns about its incubating Vector API on stderr before any program runs. The launcher keeps that out of
 * sight: it starts the JVM with the real stderr as another descriptor, whose number is in {@code LRP4J_STDERR}.
 */
public final class StandardError {
    private static final int STDERR = 2;

    private StandardError() {
    }

    /** {@code dup2($LRP4J_STDERR, 2)}; does nothing without that variable, nor where the call is not to be had. */
    @SuppressWarnings("restricted")
    public static void restore() {
        String descriptor = System.getenv("LRP4J_STDERR");
        if (descriptor == null || !descriptor.matches("[3-9]")) {
            return;
        }
        try {
            Linker linker = Linker.nativeLinker();
            MethodHandle dup2 = linker.downcallHandle(linker.defaultLookup().find("dup2").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            int _ = (int) dup2.invokeExact(Integer.parseInt(descriptor), STDERR);
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            // Then what we say shows up at the end, when the launcher prints what it kept.
        }
    }
}
