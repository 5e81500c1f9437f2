package io.github.lrp4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.lrp4j.cli.console.ExitCode;
import io.github.lrp4j.explain.TinyModel;
import io.github.lrp4j.tensor.DType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --model hf:...} from a hub on this machine. */
class HubModelTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final String CONFIG = """
            {"architecture": "vgg13_bn", "label_names": ["cat", "dog", "eel"], "num_classes": 3,
             "pretrained_cfg": {"input_size": [3, 32, 32], "crop_pct": 0.8, "mean": [0.5, 0.5, 0.5],
                                "std": [0.25, 0.25, 0.25]}}
            """;

    @TempDir
    private Path root;

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private Path picture;

    @BeforeEach
    void start() throws IOException {
        files.put("config.json", CONFIG.getBytes(StandardCharsets.UTF_8));
        files.put("model.safetensors", Files.readAllBytes(ModelFiles.smallVgg(root.resolve("small.safetensors"))));
        picture = ModelFiles.picture(root.resolve("picture.png"), 40, 40);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            requests.add(exchange.getRequestMethod() + " " + path);
            String name = path.substring(path.lastIndexOf('/') + 1);
            byte[] content = files.get(name);
            if (path.equals("/api/models/o/n/revision/main")) {
                content = ("{\"sha\": \"" + COMMIT + "\", \"siblings\": [" + files.keySet().stream()
                        .map(file -> "{\"rfilename\": \"" + file + "\"}").collect(Collectors.joining(",")) + "]}")
                        .getBytes(StandardCharsets.UTF_8);
            }
            if (content == null || path.startsWith("/api/models/o/other/")) {
                exchange.getResponseHeaders().add("X-Error-Code", "RepoNotFound");
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.getResponseHeaders().add("ETag", '"' + sha256(content) + '"');
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().add("Content-Length", Integer.toString(content.length));
                exchange.sendResponseHeaders(200, -1);
            } else {
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content);
            }
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private CommandRun run(String command, Object... more) {
        Object[] arguments = new Object[more.length + 5];
        arguments[0] = command;
        arguments[1] = "--hub-url";
        arguments[2] = "http://127.0.0.1:" + server.getAddress().getPort();
        arguments[3] = "--hub-cache";
        arguments[4] = root.resolve("cache");
        System.arraycopy(more, 0, arguments, 5, more.length);
        return CommandRun.of(arguments);
    }

    private JsonNode explain(Object... more) throws IOException {
        Path out = root.resolve("out");
        Object[] arguments = new Object[more.length + 4];
        System.arraycopy(more, 0, arguments, 0, more.length);
        arguments[more.length] = "--image";
        arguments[more.length + 1] = picture;
        arguments[more.length + 2] = "--out";
        arguments[more.length + 3] = out;
        run("explain", arguments).requireSuccess();
        return new ObjectMapper().readTree(out.resolve("summary.json").toFile());
    }

    @Test
    void aModelIsFetchedOnceAndExplained() throws IOException {
        JsonNode summary = explain("--model", "hf:o/n");

        assertThat(summary.toString()).contains("vgg13_bn", "hf:o/n", "eel");
        assertThat(requests).contains("GET /o/n/resolve/" + COMMIT + "/model.safetensors");
        requests.clear();
        assertThat(explain("--model", "hf:o/n", "--offline").get("model")).isEqualTo(summary.get("model"));
        assertThat(requests).isEmpty();
    }

    @Test
    void aModelOfTextIsFetchedWithItsTokenizer() throws IOException {
        Path model = TinyModel.of(TinyModel.Family.T5, TinyModel.WRITER).withType(DType.F32)
                .write(root.resolve("t5"));
        files.clear();
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            files.put(file, Files.readAllBytes(model.resolve(file)));
        }
        Path out = root.resolve("out");
        CommandRun run =
                run("explain", "--model", "hf:o/n@main", "--text", "good morning", "--answer-tokens", 3, "--out",
                        out).requireSuccess();

        assertThat(run.out()).contains("model      n, ", "writes");
        assertThat(new ObjectMapper().readTree(out.resolve("summary.json").toFile()).at("/model/source").asText())
                .isEqualTo("hf:o/n@main");
        assertThat(run("inspect", "--model", "hf:o/n", "--tokens", 5).requireSuccess().out()).contains("[1, 5]");
    }

    @Test
    void weightsOfAHubForANamedArchitecture() throws IOException {
        assertThat(explain("--model", "vgg", "--weights", "hf:o/n").toString()).contains("hf:o/n");
        assertThat(run("inspect", "--model", "vgg", "--weights", "hf:o/n").requireSuccess().out()).contains("Promises");
        assertThat(run("inspect", "--model", "hf:o/n").requireSuccess().out()).contains("vgg13_bn");
    }

    @Test
    void aDirectoryIsAModelToo() throws IOException {
        Path model = Files.createDirectories(root.resolve("model"));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(model.resolve(file.getKey()), file.getValue());
        }

        assertThat(explain("--model", model).toString()).contains("vgg13_bn", "eel");
        Files.delete(model.resolve("config.json"));
        assertThat(explain("--model", model).toString()).contains("\"vgg\"");
        assertThat(requests).isEmpty();
    }

    @Test
    void aModelThatIsNotCached() {
        run("explain", "--model", "hf:o/n", "--offline", "--image", picture).requireOneLine(ExitCode.INPUT, "hf:o/n",
                "not in the cache", "--offline");
    }

    @Test
    void aRepositoryThatIsNotThere() {
        run("explain", "--model", "hf:o/other", "--image", picture).requireOneLine(ExitCode.INPUT,
                "/api/models/o/other", "404", "no such repository");
    }

    @Test
    void contentThatIsNotWhatWasAnnounced() {
        byte[] announced = files.get("model.safetensors");
        files.put("model.safetensors", announced);
        server.removeContext("/");
        server.createContext("/", exchange -> {
            if (exchange.getRequestMethod().equals("GET") && exchange.getRequestURI().getPath().contains("/resolve/")) {
                byte[] other = new byte[announced.length];
                exchange.sendResponseHeaders(200, other.length);
                exchange.getResponseBody().write(other);
                exchange.close();
            } else {
                answer(exchange);
            }
        });
        files.remove("config.json");

        run("explain", "--model", "hf:o/n", "--image", picture).requireOneLine(ExitCode.INPUT, sha256(announced),
                sha256(new byte[announced.length]), "nothing was kept");
        run("explain", "--model", "hf:o/n", "--offline", "--image", picture).requireOneLine(ExitCode.INPUT,
                "not in the cache");
    }

    @Test
    void referencesAndCombinationsThatMakeNoSense() {
        run("explain", "--model", "hf:a/b/c", "--image", picture).requireOneLine(ExitCode.USAGE, "--model", "hf:a/b/c",
                "hf:owner/name");
        run("explain", "--model", "hf:o/n", "--weights", "x", "--image", picture).requireOneLine(ExitCode.USAGE,
                "--weights");
        CommandRun.of("explain", "--hub-url", "ftp://x", "--model", "hf:o/n", "--image", picture)
                .requireOneLine(ExitCode.USAGE, "ftp://x", "http");
    }

    @Test
    void configurationsThatDoNotFit() {
        files.put("config.json", "{\"architecture\": \"vgg11\", \"id2label\": {\"0\": \"cat\"}}".getBytes(
                StandardCharsets.UTF_8));
        run("explain", "--model", "hf:o/n", "--image", picture).requireOneLine(ExitCode.INPUT, "config.json: id2label",
                "names 1 classes, the weights have 3");
        files.put("config.json", "{\"model_type\": \"llama\"}".getBytes(StandardCharsets.UTF_8));
        CommandRun.of("explain", "--hub-url", "http://127.0.0.1:" + server.getAddress().getPort(), "--hub-cache",
                root.resolve("second"), "--model", "hf:o/n", "--image", picture)
                .requireOneLine(ExitCode.INPUT, "config.json: model_type: llama is no family", "bert", "t5",
                        "vgg, resnet");
    }
}
