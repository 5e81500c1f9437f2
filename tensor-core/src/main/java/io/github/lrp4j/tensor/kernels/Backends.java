package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.simd.SimdKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Chooses the kernels that suit this machine and virtual machine, and says why not faster ones.
 *
 * <p>The vectorised kernels need the module {@code jdk.incubator.vector}, which a class path start resolves only when
 * told to, and a compiler that turns it into vector instructions. Where one is missing the reference kernels serve.
 * {@code -Dlrp4j.kernels=reference}, {@code simd}, or a device that a {@link KernelsProvider} knows, such as {@code cuda} or
 * {@code cuda:1}, decides by hand.
 */
public final class Backends {
    /** System property that names the kernels to take. */
    public static final String PROPERTY = "lrp4j.kernels";

    private static final String VECTOR_MODULE = "jdk.incubator.vector";
    /** {@code cuda} or {@code cuda:1}. */
    private static final Pattern DEVICE = Pattern.compile("([a-z]+)(?::(\\d{1,4}))?");
    private static final String REMEDY = "start java with --add-modules " + VECTOR_MODULE;

    private Backends() {
    }

    /**
     * A choice of kernels.
     *
     * @param kernels the kernels
     * @param name their {@link Kernels#name()}
     * @param refusals why each faster one was refused, and the remedy, one sentence each; empty if this is the fastest
     */
    public record Backend(Kernels kernels, String name, List<String> refusals) {
        /** Copies. */
        public Backend {
            refusals = List.copyOf(refusals);
        }

        private static Backend of(Kernels kernels, List<String> refusals) {
            return new Backend(kernels, kernels.name(), refusals);
        }
    }

    /**
     * The fastest kernels of the processor that work well here, or those that {@value #PROPERTY} asks for. Each call makes new
     * ones, with threads of their own: choose once.
     *
     * @throws IllegalStateException if {@value #PROPERTY} asks for kernels that cannot run here
     * @throws IllegalArgumentException if {@value #PROPERTY} names no kernels
     */
    public static Backend select() {
        String wanted = System.getProperty(PROPERTY);
        return wanted == null ? preferred() : named(wanted, PROPERTY + " is '" + wanted + "'");
    }

    /**
     * Fresh kernels by name: {@code reference}, {@code simd}, or of a {@link KernelsProvider} by {@code name} or
     * {@code name:index}.
     *
     * @param wanted the name
     * @param asked how that was asked for, at the beginning of messages
     * @throws IllegalStateException if they cannot run here
     * @throws IllegalArgumentException if there are none of that name
     */
    public static Kernels open(String wanted, String asked) {
        return named(wanted, asked).kernels();
    }

    private static Backend named(String wanted, String asked) {
        return switch (wanted) {
            case "reference" -> Backend.of(new ReferenceKernels(), List.of(
                    "simd: refused because " + asked + "; start java without -D" + PROPERTY + "."));
            case "simd" -> {
                if (!hasVectorModule()) {
                    throw new IllegalStateException(
                            asked + " but the module " + VECTOR_MODULE + " is missing; " + REMEDY);
                }
                yield Backend.of(Simd.create(), List.of());
            }
            default -> Backend.of(provided(wanted, asked), List.of());
        };
    }

    private static Kernels provided(String wanted, String asked) {
        Matcher parts = DEVICE.matcher(wanted);
        List<String> known = new ArrayList<>();
        for (KernelsProvider provider : ServiceLoader.load(KernelsProvider.class)) {
            known.add(provider.name());
            if (parts.matches() && parts.group(1).equals(provider.name())) {
                String index = parts.group(2);
                try {
                    return provider.open(index == null ? 0 : Integer.parseInt(index));
                } catch (IllegalStateException e) {
                    throw new IllegalStateException(asked + " but " + e.getMessage(), e);
                }
            }
        }
        throw new IllegalArgumentException(asked + ", must be 'reference' or 'simd'" + (known.isEmpty()
                ? "; no module with other kernels is there, those on GPUs ('cuda', 'cuda:1') are in lrp4j-cuda-kernels"
                : ", or one of " + known + " with or without the number of a device, such as '" + known.getFirst()
                        + ":0'"));
    }

    /**
     * The vectorised kernels on the calling thread alone, where {@code kernels} are vectorised ones: they run the same code
     * and share no thread, buffer or lock with them.
     *
     * @return empty where others than the vectorised kernels compute
     */
    public static Optional<Kernels> alone(Kernels kernels) {
        return kernels.name().startsWith("simd") && hasVectorModule() ? Optional.of(Simd.alone()) : Optional.empty();
    }

    private static Backend preferred() {
        List<String> refusals = new ArrayList<>();
        if (!hasVectorModule()) {
            refusals.add("simd: refused because the module " + VECTOR_MODULE + " is missing; " + REMEDY + ".");
        }
        String machine = System.getProperty("java.vm.name", "");
        if (!isHotSpot(machine)) {
            refusals.add("simd: refused because '" + machine
                    + "' does not compile vectors to vector instructions; use a HotSpot virtual machine.");
        }
        if (System.getProperty("java.vm.info", "").contains("interpreted mode")) {
            refusals.add("simd: refused because vectors are slow in the interpreter; start java without -Xint.");
        }
        return refusals.isEmpty()
                ? Backend.of(Simd.create(), List.of())
                : Backend.of(new ReferenceKernels(), refusals);
    }

    /** Whether the module is resolved; asks by name, so that nothing of it is linked. */
    private static boolean hasVectorModule() {
        Module own = Backends.class.getModule();
        ModuleLayer layer = own.getLayer() == null ? ModuleLayer.boot() : own.getLayer();
        return layer.findModule(VECTOR_MODULE).isPresent();
    }

    private static boolean isHotSpot(String machine) {
        String name = machine.toLowerCase(Locale.ROOT);
        return name.contains("hotspot") || name.contains("openjdk");
    }

    /** Keeps the vectorised kernels, and all that loading them needs, out of {@link Backends}. */
    private static final class Simd {
        static Kernels create() {
            return new SimdKernels();
        }

        static Kernels alone() {
            return new SimdKernels(1);
        }
    }
}
