package io.github.lrp4j.zoo.hub;

import static io.github.lrp4j.zoo.hub.LoopbackHub.content;
import static io.github.lrp4j.zoo.hub.LoopbackHub.cutAfter;
import static io.github.lrp4j.zoo.hub.LoopbackHub.gitSha1;
import static io.github.lrp4j.zoo.hub.LoopbackHub.sha256;
import static io.github.lrp4j.zoo.hub.LoopbackHub.stallAfter;
import static io.github.lrp4j.zoo.hub.LoopbackHub.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Downloads from a hub that cuts connections, lies, and changes its mind: whole files or a clear error. */
class HubTest {
    private static final String ID = "owner/small-model";
    private static final HubReference MODEL = HubReference.parse("hf:" + ID);
    private static final String WEIGHTS = "model.safetensors";
    private static final String CONFIG = "{\"model_type\": \"vgg\"}";

    @TempDir
    private Path root;

    private final List<String> notes = new CopyOnWriteArrayList<>();
    private byte[] weights;
    private LoopbackHub server;

    @BeforeEach
    void start() throws IOException {
        weights = new byte[300_000];
        new Random(5).nextBytes(weights);
        server = new LoopbackHub(ID).file("config.json", CONFIG).file(WEIGHTS, weights).file("README.md", "no part");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HubSettings settings() {
        Patience patience = new Patience(3, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofSeconds(20));
        return HubSettings.from(Map.of(), root).withEndpoint(server.endpoint()).withCache(cache())
                .withPatience(patience).withListener(new HubListener() {
                    @Override
                    public void notes(String text) {
                        notes.add(text);
                    }
                });
    }

    private Path cache() {
        return root.resolve("cache");
    }

    private Path repository() {
        return cache().resolve("models--owner--small-model");
    }

    private Hub hub() {
        return new Hub(settings());
    }

    private void requireWeights(Path model) throws IOException {
        assertThat(Files.readAllBytes(model.resolve(WEIGHTS))).isEqualTo(weights);
    }

    /** No blob, no link: only what may be continued. */
    private void requireNothingToLoad() throws IOException {
        assertThat(repository().resolve("snapshots").resolve(LoopbackHub.COMMIT).resolve(WEIGHTS)).doesNotExist();
        if (Files.exists(repository().resolve("blobs"))) {
            try (Stream<Path> blobs = Files.list(repository().resolve("blobs"))) {
                assertThat(blobs.map(blob -> blob.getFileName().toString()))
                        .allMatch(name -> name.endsWith(".incomplete") || name.equals(gitSha1(CONFIG.getBytes(
                                StandardCharsets.UTF_8))));
            }
        }
    }

    @Test
    void theCacheIsLaidOutAsTheHubsOwnToolsHaveIt() throws IOException {
        Path model = hub().model(MODEL);

        assertThat(model).isEqualTo(repository().resolve("snapshots").resolve(LoopbackHub.COMMIT));
        requireWeights(model);
        assertThat(Files.readString(repository().resolve("refs/main"))).isEqualTo(LoopbackHub.COMMIT);
        assertThat(Files.readSymbolicLink(model.resolve(WEIGHTS)))
                .isEqualTo(Path.of("..", "..", "blobs", sha256(weights)));
        assertThat(Files.readString(repository().resolve("blobs")
                .resolve(gitSha1(CONFIG.getBytes(StandardCharsets.UTF_8))))).isEqualTo(CONFIG);
        assertThat(cache().resolve(".locks/models--owner--small-model/" + sha256(weights) + ".lock")).exists();
        try (Stream<Path> files = Files.list(model)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("config.json",
                    WEIGHTS);
        }
        assertThat(notes).isEmpty();
    }

    @Test
    void whatIsCachedIsNotFetchedAgain() throws IOException {
        hub().model(MODEL);
        server.requests().clear();

        requireWeights(hub().model(MODEL));
        assertThat(server.requests()).hasSize(1);
        requireWeights(new Hub(settings().withOffline(true)).model(MODEL));
        Path config = hub().file(HubReference.parse("hf:" + ID + "@" + LoopbackHub.COMMIT), "config.json");
        assertThat(config).hasContent(CONFIG);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aBranchThatHasMovedIsFollowedAndSharesItsBlobs() throws IOException {
        hub().model(MODEL);
        String next = "f".repeat(40);
        server.moveTo(next);
        server.file("config.json", "{}");
        server.requests().clear();

        Path model = hub().model(MODEL);

        assertThat(model.getFileName()).hasToString(next);
        assertThat(model.resolve("config.json")).hasContent("{}");
        requireWeights(model);
        assertThat(server.requests("GET", WEIGHTS)).isEmpty();
    }

    @Test
    void aCacheOfOtherToolsIsUsedAsItIs() throws IOException {
        Path snapshot = Files.createDirectories(repository().resolve("snapshots").resolve(LoopbackHub.COMMIT));
        Files.createDirectories(repository().resolve("blobs"));
        Files.write(repository().resolve("blobs/abc"), weights);
        Files.createSymbolicLink(snapshot.resolve(WEIGHTS), Path.of("../../blobs/abc"));
        Files.createDirectories(repository().resolve("refs"));
        Files.writeString(repository().resolve("refs/main"), LoopbackHub.COMMIT);

        requireWeights(new Hub(settings().withOffline(true)).model(MODEL));
        requireWeights(hub().model(MODEL));
        assertThat(server.requests("GET", WEIGHTS)).isEmpty();
    }

    @Test
    void connectionsThatBreakAreContinued() throws IOException {
        server.next("GET", WEIGHTS, (r, c, out) -> good(out), cutAfter(100_000), (r, c, out) -> good(out),
                cutAfter(50_000));

        requireWeights(hub().model(MODEL));

        List<LoopbackHub.Request> parts = server.requests("GET", WEIGHTS).stream()
                .filter(r -> r.path().startsWith("/cdn/")).toList();
        assertThat(parts).extracting(r -> r.headers().get("range")).containsExactly(null, "bytes=100000-",
                "bytes=150000-");
        assertThat(parts).extracting(r -> r.headers().get("if-range")).containsExactly(null, "\"cdn-300000\"",
                "\"cdn-300000\"");
        assertThat(notes).hasSize(2).allMatch(note -> note.contains("next attempt"));
    }

    /** The redirect of a large file, written out since faults go by the last part of the path. */
    private void good(OutputStream out) throws IOException {
        LoopbackHub.reply(out, 302, LoopbackHub.headers("Location", server.endpoint() + "/cdn/" + WEIGHTS,
                "X-Linked-Etag", '"' + sha256(weights) + '"', "X-Linked-Size", "300000", "Content-Length", "0"),
                new byte[0], 0, 0);
    }

    @Test
    void anotherProcessContinuesWhatOneHasLeft() throws IOException {
        server.next("GET", "config.json", cutAfter(5), status(500), status(500), status(500));
        assertThatThrownBy(() -> hub().model(MODEL)).isInstanceOf(HubException.class);
        requireNothingToLoad();
        server.requests().clear();

        assertThat(hub().model(MODEL).resolve("config.json")).hasContent(CONFIG);

        assertThat(server.requests("GET", "config.json").getFirst().headers()).containsEntry("range", "bytes=5-")
                .containsEntry("if-range", '"' + gitSha1(CONFIG.getBytes(StandardCharsets.UTF_8)) + '"');
    }

    @Test
    void aHubThatIgnoresRangesSendsAllAgain() throws IOException {
        byte[] config = CONFIG.getBytes(StandardCharsets.UTF_8);
        server.next("GET", "config.json", cutAfter(5), content(config, "Content-Length", "" + config.length));

        assertThat(hub().model(MODEL).resolve("config.json")).hasContent(CONFIG);
    }

    @Test
    void aRangeThatDoesNotFitIsNotAppended() throws IOException {
        server.next("GET", "config.json", cutAfter(5), (r, c, out) -> LoopbackHub.reply(out, 206,
                LoopbackHub.headers("Content-Range", "bytes 3-20/" + CONFIG.length()), c, 3, c.length));

        assertThat(hub().model(MODEL).resolve("config.json")).hasContent(CONFIG);
    }

    @Test
    void aPartOfSomethingElseIsThrownAway() throws IOException {
        Files.createDirectories(repository().resolve("blobs"));
        Files.write(repository().resolve("blobs").resolve(sha256(weights) + ".lrp4j.incomplete"), new byte[1000]);

        requireWeights(hub().model(MODEL));
        assertThat(notes).singleElement().asString().contains("starting again");
    }

    @Test
    void aPartThatIsTooLongIsThrownAway() throws IOException {
        Files.createDirectories(repository().resolve("blobs"));
        Files.write(repository().resolve("blobs").resolve(sha256(weights) + ".lrp4j.incomplete"), new byte[300_001]);

        requireWeights(hub().model(MODEL));
    }

    @Test
    void wrongContentIsRefusedWithBothHashes() throws IOException {
        byte[] other = weights.clone();
        other[77]++;
        server.next("GET", WEIGHTS, content(other, "Content-Length", "300000"));

        assertThatThrownBy(() -> hub().model(MODEL)).isInstanceOf(HubException.class).hasMessageContainingAll(
                WEIGHTS, sha256(weights), sha256(other), "SHA256").hasMessageMatching("[^\\n]*");
        requireNothingToLoad();
        requireWeights(hub().model(MODEL));
    }

    @Test
    void smallFilesAreCheckedToo() throws IOException {
        String other = CONFIG.replace("vgg", "vgh");
        server.next("GET", "config.json", content(other.getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(() -> hub().model(MODEL)).isInstanceOf(HubException.class).hasMessageContainingAll(
                gitSha1(CONFIG.getBytes(StandardCharsets.UTF_8)), gitSha1(other.getBytes(StandardCharsets.UTF_8)));
        requireNothingToLoad();
    }

    @Test
    void lengthsThatDisagreeAreNoContent() throws IOException {
        byte[] longer = Arrays.copyOf(weights, 300_100);
        server.next("GET", WEIGHTS, content(longer, "Content-Length", "300100"), content(longer),
                content(Arrays.copyOf(weights, 10), "Content-Length", "10"));

        assertThatThrownBy(() -> hub().model(MODEL)).isInstanceOf(HubException.class)
                .hasMessageContaining("300000 bytes were announced");
        requireNothingToLoad();
        requireWeights(hub().model(MODEL));
    }

    @Test
    void anEndWithoutALengthIsNotedToo() throws IOException {
        server.next("GET", "config.json", (r, c, out) -> LoopbackHub.reply(out, 200,
                LoopbackHub.headers(), c, 0, 7));

        assertThat(hub().model(MODEL).resolve("config.json")).hasContent(CONFIG);
        assertThat(notes).singleElement().asString().contains("ended after 7 of");
    }

    @Test
    void silenceIsNotWaitedForForEver() throws IOException {
        server.next("GET", "config.json", stallAfter(9));

        Patience little = new Patience(9, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(400));

        assertThat(new Hub(settings().withPatience(little)).model(MODEL).resolve("config.json")).hasContent(CONFIG);
        assertThat(notes).anyMatch(note -> note.contains("nothing came"));
    }

    @Test
    void busyHubsAreAskedAgain() throws IOException {
        server.next("HEAD", "config.json", status(503, "Retry-After", "0", "Content-Length", "0"),
                status(429, "Retry-After", "1", "Content-Length", "0"));
        server.next("GET", "main", status(502));

        requireWeights(hub().model(MODEL));
        assertThat(notes).hasSize(3);
        assertThat(notes.get(1)).startsWith("status 503");
    }

    @Test
    void pausesGrowAndFollowTheHub() {
        Patience patience = new Patience(5, Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(30));

        assertThat(patience.pause(1, null)).hasSeconds(1);
        assertThat(patience.pause(4, null)).hasSeconds(8);
        assertThat(patience.pause(90, null)).hasSeconds(60);
        assertThat(patience.pause(1, Duration.ofSeconds(7))).hasSeconds(7);
        assertThat(patience.pause(1, Duration.ofDays(9))).hasSeconds(60);
    }

    @Test
    void aHubThatStaysBrokenIsGivenUp() throws IOException {
        server.next("HEAD", "config.json", status(500), status(500), status(500));

        assertThatThrownBy(() -> hub().model(MODEL)).isInstanceOf(HubException.class)
                .hasMessageContaining("config.json").hasMessageContaining("status 500, 3 times in a row");
    }

    @Test
    void contentThatChangesInBetweenIsAskedForAnew() throws IOException {
        String other = CONFIG.replace("vgg", "resnet");
        server.next("HEAD", "config.json", status(200, "ETag", '"' + "a".repeat(40) + '"', "Content-Length", "20"));
        server.file("config.json", other);

        assertThat(hub().model(MODEL).resolve("config.json")).hasContent(other);
        assertThat(notes).singleElement().asString().contains("aaaa", "starting again");
    }

    @Test
    void theTokenIsForTheHubAlone() throws IOException {
        try (LoopbackHub other = new LoopbackHub(ID).file(WEIGHTS, weights)) {
            server.keepLargeFilesAt(other.endpoint());

            requireWeights(new Hub(settings().withToken("hf_secret")).model(MODEL));

            assertThat(server.requests()).allSatisfy(
                    r -> assertThat(r.headers()).containsEntry("authorization", "Bearer hf_secret"));
            assertThat(other.requests()).isNotEmpty()
                    .allSatisfy(r -> assertThat(r.headers()).doesNotContainKey("authorization"));
        }
    }

    @ParameterizedTest
    @CsvSource({"file:///etc/passwd, not followed", "ftp://127.0.0.1/x, not followed", "http://[, no address"})
    void redirectsThatLeadAstray(String location, String told) throws IOException {
        server.next("HEAD", "config.json", status(302, "Location", location, "Content-Length", "0"));

        assertThatThrownBy(() -> hub().model(MODEL)).isInstanceOf(HubException.class).hasMessageContaining(told);
    }

    @Test
    void redirectsInACircle() throws IOException {
        LoopbackHub.Fault[] circle = new LoopbackHub.Fault[11];
        Arrays.fill(circle, status(307, "Location", "config.json", "Content-Length", "0"));
        server.next("HEAD", "config.json", circle);

        assertThatThrownBy(() -> hub().model(MODEL)).isInstanceOf(HubException.class)
                .hasMessageContaining("more than 10 redirects");
    }

    @ParameterizedTest
    @CsvSource({"401, RepoNotFound, HF_TOKEN", "401, GatedRepo, accept the conditions", "403, GatedRepo, conditions",
        "404, RepoNotFound, no such repository", "404, RevisionNotFound, 'no such branch, tag or commit'",
        "404, , check the name", "400, , refuses"})
    void refusalsSayWhatToDo(int status, String code, String remedy) throws IOException {
        server.next("GET", "main", code == null
                ? status(status, "Content-Length", "0")
                : status(status, "X-Error-Code", code, "X-Error-Message", "so it is", "Content-Length", "0"));

        assertThatThrownBy(() -> hub().model(MODEL)).isInstanceOf(HubException.class).hasMessageContainingAll(
                "/api/models/" + ID, "status " + status, remedy).hasMessageMatching("[^\\n]*");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void offlineFindsOrSaysWhatIsMissing() throws IOException {
        Hub offline = new Hub(settings().withOffline(true));

        assertThatThrownBy(() -> offline.model(MODEL)).isInstanceOf(HubException.class).hasMessageContainingAll(
                MODEL.toString(), cache().toString(), "--offline", "HF_HUB_OFFLINE");
        hub().file(MODEL, "config.json");
        assertThatThrownBy(() -> offline.model(MODEL)).hasMessageContaining("its weights");
        assertThat(offline.file(MODEL, "config.json")).hasContent(CONFIG);
        assertThatThrownBy(() -> offline.file(MODEL, WEIGHTS)).hasMessageContaining(WEIGHTS);
    }

    @Test
    void withoutAHubTheCacheDoes() throws IOException {
        hub().model(MODEL);
        server.close();

        requireWeights(hub().model(MODEL));
        assertThat(notes).last().asString().contains("using what is cached");
        assertThatThrownBy(() -> hub().model(HubReference.parse("hf:owner/another"))).isInstanceOf(HubException.class)
                .hasMessageContaining("3 times in a row");
    }

    @Test
    void onlyOneOfManyFetches() throws Exception {
        List<Future<Path>> models = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                models.add(threads.submit(() -> hub().model(MODEL)));
            }
        }
        for (Future<Path> model : models) {
            requireWeights(model.get());
        }
        assertThat(server.requests("GET", WEIGHTS).stream().filter(r -> r.path().startsWith("/cdn/"))).hasSize(1);
    }

    @Test
    void modelsInSeveralFiles() throws IOException {
        server.close();
        server = new LoopbackHub(ID).file("model.safetensors.index.json",
                "{\"weight_map\": {\"a\": \"model-1.safetensors\", \"b\": \"model-2.safetensors\"}}")
                .file("model-1.safetensors", "one").file("model-2.safetensors", "two")
                .file("other.safetensors", "three");

        Path model = hub().model(MODEL);

        assertThat(model.resolve("model-2.safetensors")).hasContent("two");
        assertThat(model.resolve("other.safetensors")).doesNotExist();
    }

    @Test
    void shardsThatTheRepositoryDoesNotHave() throws IOException {
        server.close();
        server = new LoopbackHub(ID).file("model.safetensors.index.json",
                "{\"weight_map\": {\"a\": \"../../../evil.safetensors\"}}");

        assertThatThrownBy(() -> hub().model(MODEL)).isInstanceOf(HubException.class)
                .hasMessageContaining("evil.safetensors").hasMessageContaining("does not have");
    }

    @Test
    void namesThatLeadOutOfTheCacheAreNoFiles() throws IOException {
        server.file("../../../config.json", "x").file("..\\up.safetensors", "x").file("/abs.safetensors", "x")
                .file("c:\\x.safetensors", "x");

        requireWeights(hub().model(MODEL));
        assertThat(root.resolve("config.json")).doesNotExist();
        assertThatThrownBy(() -> hub().file(MODEL, "../../x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void etagsThatLeadOutOfTheCacheAreRefused() throws IOException {
        server.next("HEAD", "config.json", status(200, "ETag", "\"../../../evil\"", "Content-Length", "20"));

        assertThatThrownBy(() -> hub().model(MODEL)).isInstanceOf(HubException.class)
                .hasMessageContaining("no file name");
    }

    @Test
    void filesThatNoDiskHolds() throws IOException {
        server.next("HEAD", WEIGHTS, status(302, "Location", "/cdn/x", "X-Linked-Etag", "\"" + "b".repeat(64) + "\"",
                "X-Linked-Size", "100000000000000000", "Content-Length", "0"));

        assertThatThrownBy(() -> hub().model(MODEL)).isInstanceOf(HubException.class)
                .hasMessageContainingAll("100000000000000000 bytes", "has room for", "HF_HUB_CACHE");
    }

    @Test
    void repositoriesWithoutSafetensors() throws IOException {
        server.close();
        server = new LoopbackHub(ID).file("config.json", CONFIG).file("pytorch_model.bin", "x");

        assertThatThrownBy(() -> hub().model(MODEL)).isInstanceOf(HubException.class)
                .hasMessageContaining("convert them once: python -c");
    }

    @Test
    void addressesThatAreNoHub() throws IOException {
        server.next("GET", "main", content("<html>".getBytes(StandardCharsets.UTF_8)),
                content("{}".getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(() -> hub().model(MODEL)).hasMessageContaining("no list of files");
        assertThatThrownBy(() -> hub().model(MODEL)).hasMessageContaining("names no commit");
        assertThatThrownBy(() -> settings().withEndpoint(URI.create("file:///x")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
