package io.github.lrp4j.cli.model;

import io.github.lrp4j.cli.console.Progress;
import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.files.ModelFiles;
import io.github.lrp4j.zoo.hub.Hub;
import io.github.lrp4j.zoo.hub.HubSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say where {@code hf:} models come from. */
public final class HubOptions {
    @Option(names = "--hub-url", paramLabel = "URL",
            description = "The hub that hf: models come from, or a mirror of it. Default: $HF_ENDPOINT, or"
                    + " https://huggingface.co.")
    private URI url;

    @Option(names = "--hub-cache", paramLabel = "DIR",
            description = "Where its files are kept. Default: $HF_HUB_CACHE, or where the hub's own tools keep them.")
    private Path cache;

    @Option(names = "--offline", description = "Fetch nothing: do with what is in the cache.")
    private boolean offline;

    /**
     * The model at a path or a hub.
     *
     * @param option the option that names it, for messages
     */
    ModelFiles open(String option, String pathOrReference, Progress progress) throws IOException {
        try (DownloadProgress downloads = new DownloadProgress(progress)) {
            HubSettings settings = HubSettings.fromEnvironment().withListener(downloads);
            settings = url == null ? settings : settings.withEndpoint(url);
            settings = cache == null ? settings : settings.withCache(cache);
            return ModelFiles.open(pathOrReference, new Hub(offline ? settings.withOffline(true) : settings));
        } catch (NoSuchFileException e) {
            throw UserError.input(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw e instanceof ConfigException
                    ? e
                    : UserError.usage(option + ": " + e.getMessage());
        }
    }
}
