package io.github.lrp4j.cli.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An example of the documentation.
 *
 * @param file where it stands, from the root of the project
 * @param number which one of the file
 * @param code its lines
 */
record Example(String file, int number, String code) {
    private static final String JAVADOC = "<pre>{@code";
    private static final Pattern MARKDOWN = Pattern.compile("(?ms)^ *```java\\R(.*?)^ *```");
    private static final Pattern MEMBERS =
            Pattern.compile(
                    "(?s)\\s*(/\\*.*?\\*/)?\\s*(public|private|protected|static|record|class|interface|enum) .*");

    /** All examples: {@code <pre>{@code ...}</pre>} in the Javadoc of the modules, and Java in Markdown. */
    static List<Example> all(Path root) throws IOException {
        List<Example> all = new ArrayList<>();
        for (Path file : files(root)) {
            String text = Files.readString(file);
            String name = root.relativize(file).toString().replace('\\', '/');
            List<String> found = name.endsWith(".md") ? markdown(text) : javadoc(name, text);
            for (int i = 0; i < found.size(); i++) {
                all.add(new Example(name, i + 1, found.get(i)));
            }
        }
        return all;
    }

    private static List<Path> files(Path root) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> top = Files.list(root)) {
            for (Path entry : top.sorted().toList()) {
                if (entry.toString().endsWith(".md")) {
                    files.add(entry);
                } else if (Files.isDirectory(entry.resolve("src/main/java"))) {
                    files.addAll(below(entry.resolve("src/main/java"), ".java"));
                } else if (entry.endsWith("docs")) {
                    files.addAll(below(entry, ".md"));
                }
            }
        }
        return files;
    }

    private static List<Path> below(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    private static List<String> markdown(String text) {
        return MARKDOWN.matcher(text).results().map(found -> found.group(1)).toList();
    }

    private static List<String> javadoc(String name, String text) {
        List<String> found = new ArrayList<>();
        for (int at = text.indexOf(JAVADOC); at >= 0; at = text.indexOf(JAVADOC, at + 1)) {
            int from = at + JAVADOC.length();
            int to = from;
            for (int open = 1; open > 0; to++) {
                if (to == text.length()) {
                    throw new IllegalStateException(name + ": an example does not end");
                }
                open += text.charAt(to) == '{' ? 1 : text.charAt(to) == '}' ? -1 : 0;
            }
            found.add(text.substring(from, to - 1).replaceAll("(?m)^ *\\* ?", ""));
        }
        return found;
    }

    /** Whether it is made of members of a class, and not of statements. */
    boolean isMembers() {
        return MEMBERS.matcher(code).matches();
    }

    /** File, number and first line. */
    @Override
    public String toString() {
        Matcher first = Pattern.compile("\\S.*").matcher(code);
        return file + ", example " + number + (first.find() ? ": " + first.group() : "");
    }
}
