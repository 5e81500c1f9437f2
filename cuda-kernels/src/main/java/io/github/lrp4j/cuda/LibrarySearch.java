package io.github.lrp4j.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where CUDA's libraries may be, first place first.
 *
 * <ol>
 * <li>the system property {@code lrp4j.cublas} (cuBLAS only; nothing else is tried where it is set);
 * <li>the directories of {@code LD_LIBRARY_PATH};
 * <li>{@code /usr/local/cuda/lib64}, then {@code /usr/local/cuda-*}{@code /lib64}, newest version first;
 * <li>{@code /usr/lib/<arch>-linux-gnu}, {@code /usr/lib64}, {@code /usr/lib/wsl/lib}, {@code /usr/local/nvidia/lib64};
 * <li>{@code nvidia/*}{@code /lib} in Python's package directories: of {@code VIRTUAL_ENV} and {@code CONDA_PREFIX},
 * {@code ~/.local}, {@code /usr/local}, {@code /usr};
 * <li>whatever the dynamic linker finds by itself.
 * </ol>
 */
final class LibrarySearch {
    /**
     * A file that may be the library.
     *
     * @param library what to hand to the dynamic linker: a path, or a bare name for its own search
     * @param origin which place of the search it comes from
     */
    record Candidate(String library, String origin) {
    }

    private record Place(Path directory, String origin) {
    }

    private static final Pattern VERSION = Pattern.compile("cuda-(\\d{1,4})(?:\\.(\\d{1,4}))?(?:\\.(\\d{1,4}))?");

    private final Machine machine;
    private final List<Place> places = new ArrayList<>();

    LibrarySearch(Machine machine) {
        this.machine = machine;
        machine.path("LD_LIBRARY_PATH").forEach(dir -> places.add(new Place(dir, "LD_LIBRARY_PATH")));
        Path local = below("usr/local");
        add(local.resolve("cuda/lib64"));
        children(local, "cuda-*").stream().sorted(Comparator.comparingDouble(LibrarySearch::versionOf).reversed())
                .forEach(toolkit -> add(toolkit.resolve("lib64")));
        for (String directory : List.of("usr/lib/" + machine.multiarch(), "usr/lib64", "usr/lib/wsl/lib",
                "usr/local/nvidia/lib64")) {
            add(below(directory));
        }
        pythonPrefixes().forEach(this::addPython);
    }

    /** Files named like one of {@code names}, in order of places, then of names; the linker's own search last. */
    List<Candidate> candidates(List<String> names) {
        Set<Candidate> found = new LinkedHashSet<>();
        for (Place place : places) {
            for (String name : names) {
                Path file = place.directory().resolve(name);
                if (Files.exists(file)) {
                    found.add(new Candidate(file.toString(), place.origin()));
                }
            }
        }
        names.forEach(name -> found.add(new Candidate(name, "the dynamic linker's search")));
        return List.copyOf(found);
    }

    /** The places by name, for messages. */
    String where() {
        StringJoiner names = new StringJoiner(", ");
        places.forEach(place -> names.add(place.origin().equals(place.directory().toString())
                ? place.origin()
                : place.directory() + " (" + place.origin() + ")"));
        return names.toString();
    }

    private Path below(String directory) {
        return machine.root().resolve(directory);
    }

    private void add(Path directory) {
        places.add(new Place(directory, directory.toString()));
    }

    private List<Path> pythonPrefixes() {
        List<Path> prefixes = new ArrayList<>();
        for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            prefixes.addAll(machine.path(variable));
        }
        machine.path("HOME").forEach(home -> prefixes.add(home.resolve(".local")));
        prefixes.add(below("usr/local"));
        prefixes.add(below("usr"));
        return prefixes;
    }

    private void addPython(Path prefix) {
        List<Path> homes = new ArrayList<>(children(prefix.resolve("lib"), "python3*"));
        homes.addAll(children(prefix.resolve("lib64"), "python3*"));
        for (Path home : homes) {
            for (String packages : List.of("site-packages", "dist-packages")) {
                for (Path vendor : children(home.resolve(packages).resolve("nvidia"), "*")) {
                    add(vendor.resolve("lib"));
                }
            }
        }
    }

    private static List<Path> children(Path directory, String glob) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> listing = Files.newDirectoryStream(directory, glob)) {
            listing.forEach(found::add);
        } catch (IOException | DirectoryIteratorException | UncheckedIOException e) {
            return List.of(); // A place that cannot be read holds nothing for us.
        }
        found.sort(null);
        return found;
    }

    /** {@code cuda-12.6} as a number that sorts by version; others come last. */
    private static double versionOf(Path toolkit) {
        Matcher numbers = VERSION.matcher(toolkit.getFileName().toString());
        if (!numbers.matches()) {
            return -1;
        }
        double version = 0;
        for (int part = 1; part <= numbers.groupCount(); part++) {
            String digits = numbers.group(part);
            version += (digits == null ? 0 : Integer.parseInt(digits)) / Math.pow(10_000, part);
        }
        return version;
    }
}
