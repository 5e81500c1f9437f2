package io.github.lrp4j.lrp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.tensor.Tensor;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The claim that every op has a rule, put to the compiler: {@link DefaultRules} without one of its cases does not compile.
 */
class DefaultRulesCompileTest {
    private static final String NOT_EXHAUSTIVE = "compiler.err.not.exhaustive";
    private static final Pattern CASE = Pattern.compile("(?m)^ *case (\\w+) \\w+ ->[^;]*;\\R");

    @TempDir
    private Path classes;

    @Test
    void asItIsItCompiles() throws Exception {
        assertThat(errors(source())).isEmpty();
    }

    @Test
    void withoutAnyOneCaseItDoesNot() throws Exception {
        String source = source();
        Matcher matcher = CASE.matcher(source);
        List<String> families = new ArrayList<>();
        while (matcher.find()) {
            families.add(matcher.group(1));
            String shortened = source.substring(0, matcher.start()) + source.substring(matcher.end());
            assertThat(errors(shortened)).as("without %s", matcher.group(1)).containsExactly(NOT_EXHAUSTIVE);
        }
        assertThat(families).hasSize(Op.class.getPermittedSubclasses().length);
    }

    private static String source() throws IOException, URISyntaxException {
        Path from = location(DefaultRules.class);
        String file = "lrp/src/main/java/" + DefaultRules.class.getName().replace('.', '/') + ".java";
        // The classes lie somewhere below the project.
        for (Path root = from; root != null; root = root.getParent()) {
            if (Files.exists(root.resolve(file))) {
                return Files.readString(root.resolve(file));
            }
        }
        throw new IllegalStateException("no " + file + " above " + from);
    }

    private static Path location(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** Codes of the errors that javac reports for this source. */
    private List<String> errors(String source) throws URISyntaxException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        JavaFileObject unit =
                new SimpleJavaFileObject(URI.create("string:///DefaultRules.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        String classPath = String.join(File.pathSeparator, location(DefaultRules.class).toString(),
                location(Op.class).toString(), location(Tensor.class).toString());
        List<String> options = List.of("-proc:none", "-d", classes.toString(), "-cp", classPath);
        compiler.getTask(Writer.nullWriter(), null, found, options, null, List.of(unit)).call();
        return found.getDiagnostics().stream().filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
                .map(Diagnostic::getCode).toList();
    }
}
