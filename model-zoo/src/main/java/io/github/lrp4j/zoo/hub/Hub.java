package io.github.lrp4j.zoo.hub;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.zoo.json.JsonFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code hf:owner/name@revision -> directory}: fetches models, or finds them in the cache.
 *
 * <pre>{@code
 * Hub hub = new Hub(HubSettings.fromEnvironment());
 * Path model = hub.model(HubReference.parse("hf:deepset/roberta-base-squad2"));
 * }</pre>
 *
 * <p>The cache is the one that the hub's own tools keep, so what they have fetched is found, and they find what this
 * has fetched. Any number of threads and processes may use it at once. Immutable and thread-safe.
 */
public final class Hub {
    private static final int MOST_CHANGES = 3;
    private static final String WEIGHTS = ".safetensors";
    private static final String INDEX = ".safetensors.index.json";

    /** What a model is made of besides its weights. */
    private static final Set<String> PARTS = Set.of("config.json", "generation_config.json",
            "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
            "adapter_config.json");

    private final HubSettings settings;
    private final HubClient client;

    /** A hub; nothing is asked of it yet. */
    public Hub(HubSettings settings) {
        this.settings = settings;
        client = new HubClient(settings);
    }

    /**
     * The directory with a model's configuration, weights and tokenizer.
     *
     * <p>The hub is asked whether the revision has moved, unless it is a commit whose files are all here. Where the hub
     * cannot be reached, what the cache has is used, as it is offline.
     *
     * @throws HubException if the repository has no weights as safetensors, or they can be neither found nor fetched
     */
    public Path model(HubReference reference) throws IOException {
        HubCache cache = new HubCache(settings.cache(), reference);
        Optional<String> cached = cache.commit(reference);
        if (settings.offline()) {
            return offline(reference, cache, cached);
        }
        RepositoryListing listing;
        try {
            listing = attempts().run(client.listing(reference).toString(),
                    () -> RepositoryListing.of(client, client.listing(reference)), () -> 0);
        } catch (HubException e) {
            if (!e.isUnreachable() || cached.isEmpty()) {
                throw e;
            }
            settings.listener().notes(e.getMessage() + "; using what is cached");
            return offline(reference, cache, cached);
        }
        List<String> files = new ArrayList<>(listing.files().stream().filter(PARTS::contains).toList());
        files.addAll(weights(reference, cache, listing));
        for (String file : files) {
            fetch(reference, cache, listing.commit(), file);
        }
        cache.remember(reference, listing.commit());
        return cache.snapshot(listing.commit());
    }

    /**
     * One file of a repository.
     *
     * @param name its name in the repository
     */
    public Path file(HubReference reference, String name) throws IOException {
        if (!HubCache.isSafeName(name)) {
            throw new IllegalArgumentException(reference + ": " + HubException.shown(name) + " is no file name");
        }
        HubCache cache = new HubCache(settings.cache(), reference);
        Optional<String> cached = cache.commit(reference);
        Optional<Path> here = cached.flatMap(commit -> cache.find(commit, name));
        if (here.isPresent() && (settings.offline() || reference.isPinned())) {
            return here.get();
        }
        if (settings.offline()) {
            throw notCached(reference, name);
        }
        RepositoryListing listing = attempts().run(client.listing(reference).toString(),
                () -> RepositoryListing.of(client, client.listing(reference)), () -> 0);
        Path file = fetch(reference, cache, listing.commit(), name);
        cache.remember(reference, listing.commit());
        return file;
    }

    private Attempts attempts() {
        return new Attempts(settings.patience(), settings.listener());
    }

    private Path offline(HubReference reference, HubCache cache, Optional<String> cached) throws IOException {
        if (cached.isEmpty()) {
            throw notCached(reference, "it");
        }
        Path snapshot = cache.snapshot(cached.get());
        try (var files = Files.list(snapshot)) {
            // A link whose content is gone counts for nothing.
            if (files.noneMatch(file -> isWeights(file.getFileName().toString()) && Files.isRegularFile(file))) {
                throw notCached(reference, "its weights");
            }
        }
        return snapshot;
    }

    private HubException notCached(HubReference reference, String what) {
        return new HubException(reference + ": " + what + " is not in the cache " + settings.cache()
                + (settings.offline()
                        ? ", and --offline or HF_HUB_OFFLINE forbids to fetch it; run once without"
                        : ""));
    }

    private static boolean isWeights(String name) {
        return name.endsWith(WEIGHTS) || name.endsWith(INDEX);
    }

    /** The files with the weights: one file, or an index and what it names. */
    private List<String> weights(HubReference reference, HubCache cache, RepositoryListing listing)
            throws IOException {
        List<String> files = listing.files();
        List<String> top = files.stream().filter(name -> !name.contains("/") && isWeights(name)).toList();
        for (String usual : List.of("model" + WEIGHTS, "model" + INDEX, "adapter_model" + WEIGHTS)) {
            if (top.contains(usual)) {
                return withShards(reference, cache, listing, usual);
            }
        }
        List<String> indexes = top.stream().filter(name -> name.endsWith(INDEX)).toList();
        List<String> candidates = indexes.isEmpty() ? top : indexes;
        if (candidates.size() == 1) {
            return withShards(reference, cache, listing, candidates.getFirst());
        }
        if (candidates.isEmpty()) {
            boolean pickled = files.stream().anyMatch(name -> name.endsWith(".bin") || name.endsWith(".pth")
                    || name.endsWith(".pt") || name.endsWith(".ckpt"));
            throw new HubException(reference + ": the repository has no weights as safetensors"
                    + (pickled
                            ? ", only pickled ones, which are not read, since unpickling runs code; convert them once:"
                                    + " python -c \"from transformers import AutoModel; AutoModel.from_pretrained('"
                                    + reference.id() + "').save_pretrained('DIR')\", then name DIR"
                            : "; are there others of the same model?"));
        }
        throw new HubException(reference + ": the repository has " + candidates.size() + " files of weights, "
                + String.join(", ", candidates.subList(0, Math.min(3, candidates.size())))
                + (candidates.size() > 3 ? ", ..." : "") + "; fetch the one to use, and name it");
    }

    private List<String> withShards(HubReference reference, HubCache cache, RepositoryListing listing, String file)
            throws IOException {
        if (!file.endsWith(INDEX)) {
            return List.of(file);
        }
        Path index = fetch(reference, cache, listing.commit(), file);
        Set<String> files = new LinkedHashSet<>();
        files.add(file);
        for (JsonNode shard : JsonFile.read(index, Set.of("weight_map")).path("weight_map")) {
            String name = shard.asText("");
            if (!listing.files().contains(name)) {
                throw new HubException(reference + ": " + file + " names the shard " + HubException.shown(name)
                        + ", which the repository does not have");
            }
            files.add(name);
        }
        return List.copyOf(files);
    }

    /** The file in the snapshot of {@code commit}; fetched if it is not there. */
    private Path fetch(HubReference reference, HubCache cache, String commit, String name) throws IOException {
        Optional<Path> here = cache.find(commit, name);
        if (here.isPresent()) {
            return here.get();
        }
        URI uri = client.file(reference, commit, name);
        for (int change = 1;; change++) {
            try {
                return fetch(cache, commit, name, uri);
            } catch (Download.Changed e) {
                if (change == MOST_CHANGES) {
                    throw new HubException(uri + ": " + e.getMessage() + "; it changes too often, try again later", e);
                }
                settings.listener().notes(name + ": " + e.getMessage() + "; starting again");
            }
        }
    }

    private Path fetch(HubCache cache, String commit, String name, URI uri) throws IOException {
        Download.Announced announced = attempts().run(uri.toString(), () -> announced(uri), () -> 0);
        String etag = announced.etag();
        Path blob = cache.blob(etag);
        try (ProcessLock _ = ProcessLock.acquire(cache.lock(etag),
                () -> settings.listener().notes(name + ": waiting for another process that fetches it"))) {
            boolean whole = Files.isRegularFile(blob)
                    && (announced.size().isEmpty() || announced.size().getAsLong() == Files.size(blob));
            if (!whole) {
                new Download(client, settings, name, uri, announced, cache.incomplete(etag), blob).run();
            }
            return cache.show(commit, name, etag);
        }
    }

    private Download.Announced announced(URI uri) throws IOException {
        try (HubClient.Answer answer = client.ask("HEAD", uri, Map.of())) {
            String etag = answer.etag().orElse("");
            if (!HubCache.isBlobName(etag)) {
                throw new HubException(uri + ": the answer has " + (etag.isEmpty()
                        ? "no ETag"
                        : "the ETag " + HubException.shown(etag) + ", which is no file name")
                        + "; is this the address of a hub?");
            }
            return new Download.Announced(etag, answer.size(), answer.isLinked());
        }
    }
}
