package io.github.lrp4j.cli.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the examples of a file leave out, from {@code contexts.txt}: after a line {@code == FILE}, imports, and declarations of
 * the variables and methods that they use; {@code no Java} where they are something else.
 *
 * @param files per file, what it says
 */
record ExampleContexts(Map<String, Context> files) {
    private static final String NO_JAVA = "no Java";

    /**
     * What the examples of one file leave out.
     *
     * @param inPackage the package that they are to be in; empty for one of their own
     * @param imports lines
     * @param declarations lines
     * @param isJava whether they are Java
     */
    record Context(String inPackage, List<String> imports, List<String> declarations, boolean isJava) {
    }

    static ExampleContexts read() throws IOException {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        List<String> section = new ArrayList<>();
        try (InputStream stream = ExampleContexts.class.getResourceAsStream("contexts.txt")) {
            for (String line : new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                if (line.startsWith("== ")) {
                    section = new ArrayList<>();
                    sections.put(line.substring(3).strip(), section);
                } else if (!line.isBlank()) {
                    section.add(line);
                }
            }
        }
        Map<String, Context> files = new LinkedHashMap<>();
        sections.forEach((file, lines) -> files.put(file, context(lines)));
        return new ExampleContexts(files);
    }

    private static Context context(List<String> lines) {
        List<String> imports = lines.stream().filter(line -> line.startsWith("import ")).toList();
        List<String> packages = lines.stream().filter(line -> line.startsWith("package ")).toList();
        List<String> others = lines.stream().filter(line -> !imports.contains(line) && !packages.contains(line)
                && !line.equals(NO_JAVA)).toList();
        return new Context(packages.isEmpty() ? "" : packages.getFirst(), imports, others, !lines.contains(NO_JAVA));
    }

    Context of(String file) {
        return files.getOrDefault(file, context(List.of()));
    }

    /** An example as a compilation unit: in a class within one that has what it leaves out. */
    String unit(Example example, String name, List<String> packages) {
        Context context = of(example.file());
        List<String> lines = new ArrayList<>();
        lines.add(context.inPackage());
        packages.forEach(imported -> lines.add("import " + imported + ".*;"));
        lines.add("import java.util.*;");
        lines.add("import java.nio.file.*;");
        lines.addAll(context.imports());
        lines.add("abstract class " + name + " {");
        lines.addAll(context.declarations());
        lines.add("abstract class Inner {");
        lines.add(example.isMembers() ? example.code() : "void run() throws Exception {\n" + example.code() + "\n}");
        lines.add("} }");
        return String.join("\n", lines);
    }
}
