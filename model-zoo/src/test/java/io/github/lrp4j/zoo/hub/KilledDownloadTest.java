package io.github.lrp4j.zoo.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed in the middle of a download leaves a part, no lock, and nothing that could be loaded. */
class KilledDownloadTest {
    @TempDir
    private Path root;

    /** The process that is killed. */
    static final class Downloading {
        private Downloading() {
        }

        /** Address of the hub, cache, reference. */
        public static void main(String[] arguments) throws Exception {
            HubSettings settings = HubSettings.from(Map.of(), Path.of(arguments[1]))
                    .withEndpoint(URI.create(arguments[0])).withCache(Path.of(arguments[1]));
            new Hub(settings).model(HubReference.parse(arguments[2]));
        }
    }

    @Test
    void theNextOneGoesOn() throws Exception {
        byte[] weights = new byte[500_000];
        new Random(1).nextBytes(weights);
        try (LoopbackHub server = new LoopbackHub("o/n").file("model.safetensors", weights)) {
            server.next("GET", "model.safetensors",
                    (r, c, out) -> LoopbackHub.reply(out, 302,
                            LoopbackHub.headers("Location", server.endpoint() + "/cdn/model.safetensors",
                                    "X-Linked-Etag",
                                    '"' + LoopbackHub.sha256(weights) + '"', "Content-Length", "0"),
                            new byte[0], 0, 0),
                    (r, c, out) -> {
                        LoopbackHub.cutAfter(200_000).answer(r, c, out);
                        out.flush();
                        Thread.sleep(60_000);
                    });
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp", System.getProperty("java.class.path"), Downloading.class.getName(),
                    server.endpoint().toString(), root.toString(), "hf:o/n")
                    .redirectErrorStream(true).redirectOutput(root.resolve("log").toFile()).start();
            Path blobs = root.resolve("models--o--n/blobs");
            Path part = blobs.resolve(LoopbackHub.sha256(weights) + ".lrp4j.incomplete");
            for (int i = 0; i < 1200 && !(Files.exists(part) && Files.size(part) == 200_000); i++) {
                Thread.sleep(50);
            }
            process.destroyForcibly();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();

            assertThat(part).hasSize(200_000);
            assertThat(blobs.resolve(LoopbackHub.sha256(weights))).doesNotExist();
            assertThat(root.resolve("models--o--n/snapshots")).doesNotExist();
            Path model = new Hub(HubSettings.from(Map.of(), root).withEndpoint(server.endpoint()).withCache(root)
                    .withPatience(new Patience(2, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(20))))
                    .model(HubReference.parse("hf:o/n"));

            assertThat(Files.readAllBytes(model.resolve("model.safetensors"))).isEqualTo(weights);
            assertThat(server.requests("GET", "model.safetensors").getLast().headers()).containsEntry("range",
                    "bytes=200000-");
        }
    }
}
