import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the PTX of the kernels; run it by hand when a .cu or .cuh file was changed:
 *
 * <pre>{@code
 * java src/generator/java/CompileKernels.java src/main/cuda src/main/resources/io/github/lrp4j/cuda
 * }</pre>
 *
 * <p>Arguments: the directory of the sources, the directory to write to, and perhaps another that gets a copy unless nvcc
 * fails. A file that was written for the same source by the same nvcc is left as it is. Beside the .ptx files it writes
 * index.txt, their names. With --check in front it writes nothing and needs no nvcc: it prints the names of files that do not
 * belong to the sources.
 *
 * <p>The PTX is for compute capability 7.5, the oldest that nvcc 13 knows: drivers compile it for any later device. Its version
 * is lowered to 8.0, since the kernels use nothing newer, so that drivers of CUDA 12.0 and later take it. Multiplications and
 * additions are not contracted: they give the bits that the source says.
 */
public final class CompileKernels {
    private static final List<String> OPTIONS = List.of("-ptx", "-arch=compute_75", "-std=c++17", "-fmad=false");
    private static final Pattern INCLUDE = Pattern.compile("(?m)^\\s*#include \"([^\"]+)\"");
    private static final Pattern COMMENT = Pattern.compile("//[^\\n]*|/\\*.*?\\*/", Pattern.DOTALL);
    private static final String DIGEST = "// SHA-256 of the source: ";

    private CompileKernels() {
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 3 && arguments[0].equals("--check")) {
            check(sources(Path.of(arguments[1])), Path.of(arguments[2]));
            return;
        }
        if (arguments.length < 2 || arguments.length > 3) {
            System.err.println("usage: CompileKernels SOURCES TARGET [COPY], or CompileKernels --check SOURCES TARGET");
            System.exit(2);
        }
        Path target = Files.createDirectories(Path.of(arguments[1]));
        try {
            compile(sources(Path.of(arguments[0])), target);
        } catch (ExecutionException e) {
            if (arguments.length == 2) {
                throw e;
            }
            System.err.println("[WARNING] the PTX that is checked in stays: " + e.getCause().getMessage());
            return;
        }
        if (arguments.length == 3) {
            Path copy = Files.createDirectories(Path.of(arguments[2]));
            for (String name : (Files.readString(target.resolve("index.txt")) + "index.txt").lines().toList()) {
                Files.writeString(copy.resolve(name), Files.readString(target.resolve(name)));
            }
        }
    }

    private static void compile(List<Path> sources, Path target) throws Exception {
        String nvcc = nvcc();
        String release = release(nvcc);
        List<Future<String>> names = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (Path file : sources) {
                names.add(pool.submit(() -> compile(nvcc, release, file, target)));
            }
        }
        StringBuilder index = new StringBuilder();
        for (Future<String> name : names) {
            index.append(name.get()).append('\n');
        }
        Files.writeString(target.resolve("index.txt"), index);
    }

    private static List<Path> sources(Path directory) throws IOException {
        try (Stream<Path> listing = Files.list(directory.toAbsolutePath())) {
            return listing.filter(file -> file.toString().endsWith(".cu")).sorted().toList();
        }
    }

    private static String target(Path source) {
        return source.getFileName().toString().replace(".cu", ".ptx");
    }

    private static void check(List<Path> sources, Path target) throws Exception {
        Set<String> wanted = new TreeSet<>(Set.of("index.txt"));
        StringBuilder index = new StringBuilder();
        for (Path source : sources) {
            String name = target(source);
            wanted.add(name);
            index.append(name).append('\n');
            Path ptx = target.resolve(name);
            String header = DIGEST + digest(source);
            if (!Files.exists(ptx) || Files.readString(ptx).lines().limit(2).noneMatch(header::equals)) {
                System.out.println(name);
            }
        }
        Path written = target.resolve("index.txt");
        if (!Files.exists(written) || !Files.readString(written).contentEquals(index)) {
            System.out.println("index.txt");
        }
        try (Stream<Path> files = Files.list(target)) {
            files.map(file -> file.getFileName().toString()).filter(name -> !wanted.contains(name)).sorted()
                    .forEach(System.out::println);
        }
    }

    private static String compile(String nvcc, String release, Path file, Path target) throws Exception {
        String name = file.getFileName().toString();
        String header = "// " + name + " compiled by nvcc " + release + " " + String.join(" ", OPTIONS)
                + "\n" + DIGEST + digest(file) + "\n";
        Path ptx = target.resolve(target(file));
        if (!Files.exists(ptx) || !Files.readString(ptx).startsWith(header)) {
            Path output = Files.createTempFile("kernels", ".ptx");
            try {
                List<String> command = new ArrayList<>(List.of(nvcc));
                command.addAll(OPTIONS);
                command.addAll(List.of("-o", output.toString(), name));
                run(command, file.getParent());
                Files.writeString(ptx, header + normal(Files.readString(output)));
            } finally {
                Files.delete(output);
            }
        }
        return ptx.getFileName().toString();
    }

    /** Without what depends on the place of the source, and of the version that older drivers take. */
    private static String normal(String ptx) {
        return ptx.lines().filter(line -> !line.stripLeading().startsWith("//") && !line.isBlank())
                .map(line -> line.replaceFirst("^\\.version .*", ".version 8.0"))
                .map(line -> line.replaceAll("_INTERNAL_[0-9a-f]{8}_(\\w+?)_cu_[0-9a-f]{8}",
                        "_INTERNAL_00000000_$1_cu_00000000"))
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** Of a source and all that it includes, without comments and spaces. */
    private static String digest(Path file) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        Set<Path> seen = new TreeSet<>();
        List<Path> rest = new ArrayList<>(List.of(file));
        while (!rest.isEmpty()) {
            Path next = rest.removeFirst();
            if (!Files.exists(next) || !seen.add(next)) {
                continue; // Files that stand in for CUDA on the host are elsewhere.
            }
            String text = Files.readString(next);
            Matcher include = INCLUDE.matcher(text);
            while (include.find()) {
                rest.add(next.resolveSibling(include.group(1)));
            }
        }
        for (Path part : seen) {
            String text = COMMENT.matcher(Files.readString(part)).replaceAll(" ").replaceAll("\\s+", " ");
            digest.update((part.getFileName() + "\0" + text + "\0").getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    private static String nvcc() {
        return Stream.concat(Stream.of(System.getenv().getOrDefault("PATH", "").split(":")), Stream.of("/usr/local/cuda/bin"))
                .map(directory -> Path.of(directory, "nvcc")).filter(Files::isExecutable).map(Path::toString).findFirst()
                .orElseThrow(() -> new IllegalStateException("no nvcc in PATH and /usr/local/cuda/bin"));
    }

    private static String release(String nvcc) throws IOException, InterruptedException {
        Matcher release = Pattern.compile("V(\\d+\\.\\d+\\.\\d+)").matcher(run(List.of(nvcc, "--version"), Path.of("")));
        return release.find() ? release.group(1) : "unknown";
    }

    private static String run(List<String> command, Path directory) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).directory(directory.toAbsolutePath().toFile())
                .redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ":\n" + said);
        }
        return said;
    }
}
