package io.github.lrp4j.zoo.hub;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which hub, which cache, whose name.
 *
 * @param endpoint the hub's address, such as {@code https://huggingface.co} or a mirror of it
 * @param cache the directory of {@code models--owner--name} directories
 * @param token what the hub knows the user by, if anything; sent to {@code endpoint} alone
 * @param offline whether to do with what the cache has
 * @param patience how long to try
 * @param listener hears of progress
 */
public record HubSettings(URI endpoint, Path cache, Optional<String> token, boolean offline, Patience patience,
        HubListener listener) {
    private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
    private static final Set<String> TRUE = Set.of("1", "on", "yes", "true");

    /** Checks the address and the token. */
    public HubSettings {
        String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
        if (endpoint.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new IllegalArgumentException(
                    HubException.shown(endpoint.toString()) + ": a hub's address is http://... or https://...");
        }
        if (token.isPresent() && !token.get().chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("the hub token holds characters that no token has");
        }
    }

    /**
     * As the hub's own tools understand the environment: {@code HF_ENDPOINT}; {@code HF_HUB_CACHE}, else
     * {@code HF_HOME/hub}, else {@code ~/.cache/huggingface/hub} (or under {@code XDG_CACHE_HOME}); {@code HF_TOKEN},
     * {@code HUGGING_FACE_HUB_TOKEN}, else the file that a log-in left; {@code HF_HUB_OFFLINE}.
     */
    public static HubSettings fromEnvironment() {
        return from(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    /** As {@link #fromEnvironment} for the variables {@code environment} and the home directory {@code home}. */
    static HubSettings from(Map<String, String> environment, Path home) {
        Path caches = path(environment, home, "XDG_CACHE_HOME").orElse(home.resolve(".cache"));
        Path base = path(environment, home, "HF_HOME").orElse(caches.resolve("huggingface"));
        Path cache = path(environment, home, "HF_HUB_CACHE")
                .or(() -> path(environment, home, "HUGGINGFACE_HUB_CACHE")).orElse(base.resolve("hub"));
        Path tokenFile = path(environment, home, "HF_TOKEN_PATH").orElse(base.resolve("token"));
        Optional<String> token = value(environment, "HF_TOKEN")
                .or(() -> value(environment, "HUGGING_FACE_HUB_TOKEN")).or(() -> TokenFile.read(tokenFile));
        boolean offline = value(environment, "HF_HUB_OFFLINE").map(v -> TRUE.contains(v.toLowerCase(Locale.ROOT)))
                .orElse(false);
        return new HubSettings(URI.create(value(environment, "HF_ENDPOINT").orElse(DEFAULT_ENDPOINT)), cache, token,
                offline, Patience.USUAL, HubListener.SILENT);
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    private static Optional<Path> path(Map<String, String> environment, Path home, String name) {
        return value(environment, name).map(text -> text.equals("~")
                ? home
                : text.startsWith("~/") ? home.resolve(text.substring(2)) : Path.of(text));
    }

    /** These settings with another hub. */
    public HubSettings withEndpoint(URI other) {
        return new HubSettings(other, cache, token, offline, patience, listener);
    }

    /** These settings with another cache. */
    public HubSettings withCache(Path other) {
        return new HubSettings(endpoint, other, token, offline, patience, listener);
    }

    /** These settings with another token. */
    public HubSettings withToken(String other) {
        return new HubSettings(endpoint, cache, Optional.of(other), offline, patience, listener);
    }

    /** These settings, offline or not. */
    public HubSettings withOffline(boolean other) {
        return new HubSettings(endpoint, cache, token, other, patience, listener);
    }

    /** These settings with more or less patience. */
    public HubSettings withPatience(Patience other) {
        return new HubSettings(endpoint, cache, token, offline, other, listener);
    }

    /** These settings with a listener. */
    public HubSettings withListener(HubListener other) {
        return new HubSettings(endpoint, cache, token, offline, patience, other);
    }

    /** Everything but the token. */
    @Override
    public String toString() {
        return endpoint + ", cache " + cache + (token.isPresent() ? ", with a token" : "")
                + (offline ? ", offline" : "");
    }
}
