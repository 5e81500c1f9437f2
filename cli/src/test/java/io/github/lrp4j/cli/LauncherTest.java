package io.github.lrp4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, in a made-up project with a made-up JDK and Maven: it wants a JDK that no machine has. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final String JAVA = """
            #!/bin/bash
            echo "WARNING: Using incubator modules: jdk.incubator.vector" >&2
            echo "early trouble" >&2
            for argument; do echo "[$argument]"; done
            echo "said by the program" >&3
            exit 7
            """;
    private static final String MAVEN = """
            #!/bin/bash
            if [ "$1" = -v ]; then echo "Apache Maven %s"; exit; fi
            echo "%s JAVA_HOME=$JAVA_HOME $*" >>builds
            mkdir -p cli/target/launcher && printf '%%s' "$PWD/cli/src" >cli/target/launcher/classpath
            echo "[ERROR] no luck today"
            exit %d
            """;

    @TempDir
    Path root;

    private Path jdk;

    private record Result(int code, List<String> out, List<String> err) {
    }

    private static Path script() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("lrp4j")) || !Files.exists(directory.resolve("mvnw"))) {
            directory = directory.getParent();
        }
        return directory.resolve("lrp4j");
    }

    private static void executable(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    @BeforeEach
    void project() throws IOException {
        executable(root.resolve("lrp4j"), Files.readString(script()).replace("wanted=25", "wanted=99"));
        executable(root.resolve("bin/mvn"), MAVEN.formatted("3.9.9", "mvn", 0));
        executable(root.resolve("mvnw"), MAVEN.formatted("3.9.9", "mvnw", 0));
        Files.writeString(root.resolve("pom.xml"), "");
        Files.createDirectories(root.resolve("cli/src/main/java"));
        Files.writeString(root.resolve("cli/src/main/java/A.java"), "");
        jdk = jdk("jdk", "99.0.1");
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = root.resolve(name);
        executable(home.resolve("bin/java"), JAVA);
        executable(home.resolve("bin/javac"), "");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private Result run(Map<String, String> variables, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", root.resolve("lrp4j").toString()));
        command.addAll(List.of(arguments));
        Path out = root.resolve("stdout");
        Path err = root.resolve("stderr");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", root.resolve("bin") + ":/usr/bin:/bin");
        builder.environment().put("HOME", root.resolve("home").toString());
        builder.environment().putAll(new TreeMap<>(variables));
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), Files.readAllLines(out, StandardCharsets.UTF_8),
                Files.readAllLines(err, StandardCharsets.UTF_8));
    }

    private Result run(String... arguments) throws IOException, InterruptedException {
        return run(Map.of("JAVA_HOME", jdk.toString()), arguments);
    }

    private List<String> builds() throws IOException {
        return Files.exists(root.resolve("builds")) ? Files.readAllLines(root.resolve("builds")) : List.of();
    }

    /** Everything that is there now is from yesterday, the finished build too. */
    private void age() throws IOException {
        FileTime yesterday = FileTime.from(Instant.now().minusSeconds(86_400));
        try (var files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, yesterday);
            }
        }
    }

    @Test
    void itBuildsOnceAndThenRunsTheProgram() throws IOException, InterruptedException {
        Result first = run("explain", "--image", "my cat.png", "");
        Result second = run("doctor");

        assertThat(builds()).hasSize(1).first().asString().contains("mvn JAVA_HOME=" + jdk, "-pl cli -am",
                "process-classes");
        assertThat(first.code()).isEqualTo(7);
        assertThat(first.out()).containsSubsequence("[--add-modules]", "[jdk.incubator.vector]",
                "[io.github.lrp4j.cli.Lrp4j]",
                "[explain]", "[--image]", "[my cat.png]", "[]");
        assertThat(first.err()).containsExactly(
                "lrp4j: building on first use, this takes a few minutes (log: " + root
                        + "/cli/target/launcher/build.log)",
                "said by the program", "early trouble");
        assertThat(second.out()).endsWith("[doctor]");
        assertThat(second.err()).containsExactly("said by the program", "early trouble");
    }

    @Test
    void itBuildsAgainWhenSourcesHaveChangedOrGone() throws IOException, InterruptedException {
        run();
        age();
        run();
        assertThat(builds()).hasSize(1);

        Files.writeString(root.resolve("cli/src/main/java/A.java"), "changed");
        run();
        assertThat(builds()).hasSize(2);

        age();
        Files.delete(root.resolve("cli/src/main/java/A.java"));
        Result rebuilt = run();
        assertThat(builds()).hasSize(3);
        assertThat(rebuilt.err().getFirst()).contains("building again, sources have changed");

        age();
        Files.writeString(root.resolve("cli/target/launcher/classpath"), root + "/gone.jar");
        run();
        assertThat(builds()).hasSize(4);
    }

    @Test
    void aFailedBuildShowsWhatMavenSaid() throws IOException, InterruptedException {
        executable(root.resolve("bin/mvn"), MAVEN.formatted("3.9.9", "mvn", 1));

        Result result = run();

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).endsWith("[ERROR] no luck today",
                "lrp4j: the build failed; its log is " + root + "/cli/target/launcher/build.log");
        assertThat(run().code()).isEqualTo(1);
        assertThat(builds()).hasSize(2);
    }

    @Test
    void withoutAJdkItSaysWhereItLooked() throws IOException, InterruptedException {
        Path other = jdk("other", "17.0.2");
        Path almost = jdk("almost", "990.1");

        Result none = run(Map.of("JAVA_HOME", other.toString()));
        Result similar = run(Map.of("JAVA_HOME", almost.toString()));
        Result wrong = run(Map.of("LRP4J_JAVA_HOME", other.toString(), "JAVA_HOME", jdk.toString()));

        for (Result result : List.of(none, similar)) {
            assertThat(result.code()).isEqualTo(2);
            assertThat(result.err()).singleElement().asString().contains("no JDK 99 found", "JAVA_HOME", "/usr/lib/jvm",
                    "~/.sdkman", "LRP4J_JAVA_HOME");
        }
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).containsExactly("lrp4j: LRP4J_JAVA_HOME=" + other + " is no JDK 99");
        assertThat(builds()).isEmpty();
    }

    @Test
    void itFindsAJdkThatNoVariableNames() throws IOException, InterruptedException {
        Path hidden = jdk("home/.sdkman/candidates/java/99-tem", "99-ea");

        run(Map.of());

        assertThat(builds()).singleElement().asString().contains("JAVA_HOME=" + hidden);
    }

    @Test
    void theNamedJdkComesFirstAndNeedsACompiler() throws IOException, InterruptedException {
        Path named = jdk("named", "99");
        Path runtime = jdk("runtime", "99");
        Files.delete(runtime.resolve("bin/javac"));

        run(Map.of("LRP4J_JAVA_HOME", named.toString(), "JAVA_HOME", jdk.toString()));
        Result incomplete = run(Map.of("LRP4J_JAVA_HOME", runtime.toString()));

        assertThat(builds()).singleElement().asString().contains("JAVA_HOME=" + named);
        assertThat(incomplete.err()).singleElement().asString().contains("is no JDK 99");
    }

    @Test
    void anOldMavenIsPassedOverForTheWrapper() throws IOException, InterruptedException {
        executable(root.resolve("bin/mvn"), MAVEN.formatted("3.6.3", "mvn", 0));
        run();
        assertThat(builds()).singleElement().asString().startsWith("mvnw");

        Files.delete(root.resolve("mvnw"));
        Files.delete(root.resolve("cli/target/launcher/built"));
        Result none = run();
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.err()).singleElement().asString().startsWith("lrp4j: no Maven found");
    }

    @Test
    void aKilledBuildDoesNotBlockTheNext() throws IOException, InterruptedException {
        Files.createDirectories(root.resolve("cli/target/launcher/lock"));
        Files.writeString(root.resolve("cli/target/launcher/lock/pid"), "999999999");

        assertThat(run().code()).isEqualTo(7);
        assertThat(root.resolve("cli/target/launcher/lock")).doesNotExist();
    }

    @Test
    void optionsForTheVirtualMachineArePassedOn() throws IOException, InterruptedException {
        Result result = run(Map.of("JAVA_HOME", jdk.toString(), "LRP4J_JAVA_OPTS", "-Xmx3g -Da=b"));

        assertThat(result.out()).contains("[-Xmx3g]", "[-Da=b]");
    }
}
