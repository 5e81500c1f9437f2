package io.github.lrp4j.cli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** The examples of Javadoc and Markdown, put to the compiler. */
class ExamplesCompileTest {
    /** Modules that the tests of the command see. */
    private static final List<String> MODULES =
            List.of("tensor-core", "autograd", "lrp", "model-zoo", "explain", "evaluate", "cuda-kernels");

    private final Path root = root();

    /** The classes lie somewhere below the project. */
    private static Path root() {
        try {
            Path at = Path.of(ExamplesCompileTest.class.getProtectionDomain().getCodeSource().getLocation()
                    .toURI());
            while (!Files.exists(at.resolve("lrp/src/main/java"))) {
                at = at.getParent();
            }
            return at;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Packages that hold something public, so that examples need not name what is plain. */
    private List<String> packages() throws IOException {
        TreeSet<String> packages = new TreeSet<>();
        for (String module : MODULES) {
            Path sources = root.resolve(module).resolve("src/main/java");
            try (Stream<Path> files = Files.walk(sources)) {
                files.filter(file -> file.toString().endsWith(".java")).map(sources::relativize)
                        .filter(file -> file.getNameCount() > 1 && !file.endsWith("package-info.java"))
                        .forEach(file -> packages.add(file.getParent().toString().replaceAll("[/\\\\]", ".")));
            }
        }
        return List.copyOf(packages);
    }

    @Test
    void everyExampleCompiles() throws IOException {
        ExampleContexts contexts = ExampleContexts.read();
        List<String> packages = packages();
        Map<String, Example> examples = new LinkedHashMap<>();
        for (Example example : Example.all(root)) {
            if (contexts.of(example.file()).isJava()) {
                examples.put("Example" + examples.size(), example);
            }
        }
        assertThat(examples).hasSizeGreaterThan(20);
        assertThat(examples.values()).extracting(Example::file).contains("README.md",
                "lrp/src/main/java/io/github/lrp4j/lrp/Lrp.java");

        List<JavaFileObject> units = new ArrayList<>();
        examples.forEach((name, example) -> units.add(unit(name, contexts.unit(example, name, packages))));
        assertThat(errors(units, examples)).isEmpty();
    }

    /** What is said about files is about files that have examples. */
    @Test
    void noContextIsLeftOver() throws IOException {
        List<String> files = Example.all(root).stream().map(Example::file).distinct().toList();
        assertThat(files).containsAll(ExampleContexts.read().files().keySet());
    }

    @Test
    void whatDoesNotCompileIsFound() {
        Example wrong = new Example("README.md", 1, "Lrp.with(7);");
        Example right = new Example("README.md", 2, "Lrp.with(RuleTable.of());");
        ExampleContexts none = new ExampleContexts(Map.of());
        List<String> packages = List.of("io.github.lrp4j.lrp");
        assertThat(errors(List.of(unit("Wrong", none.unit(wrong, "Wrong", packages)),
                unit("Right", none.unit(right, "Right", packages))), Map.of("Wrong", wrong, "Right", right)))
                .singleElement().asString().startsWith("README.md, example 1: Lrp.with(7);");
    }

    private static JavaFileObject unit(String name, String source) {
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }

    /** What javac reports, by example. */
    private static List<String> errors(List<JavaFileObject> units, Map<String, Example> examples) {
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        // Nothing is written: attribution finds what there is to find.
        List<String> options = List.of("-proc:none", "-XDshould-stop.ifNoError=FLOW", "-cp",
                System.getProperty("java.class.path"));
        ToolProvider.getSystemJavaCompiler().getTask(Writer.nullWriter(), null, found, options, null, units).call();
        return found.getDiagnostics().stream().filter(said -> said.getKind() == Diagnostic.Kind.ERROR)
                .map(said -> said.getSource() == null
                        ? said.getMessage(null)
                        : examples.get(said.getSource().getName().replaceAll("^/|\\.java$", "")) + "\n    "
                                + said.getMessage(null))
                .toList();
    }
}
