package io.github.lrp4j.zoo.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Requests to one hub: where redirects lead, who may see the token, what a refusal means. */
final class HubClient {
    private static final int MOST_REDIRECTS = 10;
    private static final String LINKED_ETAG = "x-linked-etag";
    private static final Pattern SECONDS = Pattern.compile("\\d{1,6}");
    private static final Pattern ETAG = Pattern.compile("(W/)?\"([^\"]*)\"");

    private final HubSettings settings;
    private final HttpClient http;

    HubClient(HubSettings settings) {
        this.settings = settings;
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.patience().answer()).build();
    }

    /**
     * The answer behind all redirects.
     *
     * @param uri the address that was asked first
     * @param status of the last answer
     * @param headers of all answers on the way by lower-case name; of several values the first seen
     * @param last headers of the last answer
     * @param body of the last answer
     */
    record Answer(URI uri, int status, Map<String, String> headers, Map<String, String> last, InputStream body)
            implements
                AutoCloseable {
        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }

        /** What the hub calls the content: of a large file the name of what is behind the redirect. */
        Optional<String> etag() {
            return header(LINKED_ETAG).or(() -> Optional.ofNullable(last.get("etag"))).map(HubClient::bare);
        }

        boolean isLinked() {
            return headers.containsKey(LINKED_ETAG);
        }

        /** The ETag of the last answer as a condition for going on later, if it is a strong one. */
        Optional<String> strongEtag() {
            return Optional.ofNullable(last.get("etag")).filter(etag -> etag.startsWith("\""));
        }

        /** Size of the content; of a large file that of what is behind the redirect. */
        OptionalLong size() {
            return number(header("x-linked-size").orElse(last.get("content-length")));
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    static String bare(String etag) {
        Matcher quoted = ETAG.matcher(etag.strip());
        return quoted.matches() ? quoted.group(2) : etag.strip();
    }

    static OptionalLong number(String text) {
        return text != null && text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    /** The address of a file. */
    URI file(HubReference reference, String revision, String name) {
        return resolve(reference.id() + "/resolve/" + encoded(revision) + "/"
                + Arrays.stream(name.split("/")).map(HubClient::encoded).collect(Collectors.joining("/")));
    }

    /** The address of the list of files. */
    URI listing(HubReference reference) {
        return resolve("api/models/" + reference.id() + "/revision/" + encoded(reference.revision()));
    }

    private URI resolve(String path) {
        String base = settings.endpoint().toString();
        return URI.create(base.endsWith("/") ? base + path : base + "/" + path);
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * One request.
     *
     * @param headers further headers
     * @throws HubException if the answer will be no other next time
     * @throws IOException if it may be
     */
    Answer ask(String method, URI uri, Map<String, String> headers) throws IOException {
        Map<String, String> seen = new TreeMap<>();
        URI at = uri;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            HttpResponse<InputStream> response = send(method, at, headers);
            Map<String, String> last = new TreeMap<>();
            response.headers().map().forEach((name, values) -> last.put(name.toLowerCase(Locale.ROOT),
                    values.getFirst()));
            last.forEach(seen::putIfAbsent);
            Answer answer = new Answer(uri, response.statusCode(), seen, last, response.body());
            boolean redirected = isRedirect(response.statusCode()) && last.containsKey("location");
            if (!redirected || (method.equals("HEAD") && answer.isLinked())) {
                if (!redirected) {
                    requireSuccess(answer);
                }
                return answer;
            }
            response.body().close();
            at = next(uri, at, last.get("location"));
        }
        throw new HubException(uri + ": more than " + MOST_REDIRECTS + " redirects; is the hub's address right?");
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private static URI next(URI first, URI at, String location) throws HubException {
        URI next;
        try {
            next = at.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new HubException(first + ": redirected to " + HubException.shown(location) + ", which is no address",
                    e);
        }
        String scheme = String.valueOf(next.getScheme());
        if (next.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))
                || (scheme.equals("http") && at.getScheme().equals("https"))) {
            throw new HubException(first + ": redirected to " + HubException.shown(location)
                    + ", which is not followed: wanted http or https, and no step from https back to http");
        }
        return next;
    }

    private HttpResponse<InputStream> send(String method, URI uri, Map<String, String> headers) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody()).header("User-Agent", "lrp4j")
                .header("Accept-Encoding", "identity");
        headers.forEach(request::header);
        if (isOwn(uri)) {
            settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        }
        // Not the request's own timeout: newer JDKs count the content into it, which may take hours.
        Duration longest = settings.patience().answer();
        var answer = http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try {
            return answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(uri + ": interrupted");
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("no answer for " + longest.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String said = cause.getMessage();
            throw new IOException(said == null ? "no connection (" + cause.getClass().getSimpleName() + ")" : said,
                    cause);
        }
    }

    /** Whether the address is the hub's own: nobody else sees the token. */
    private boolean isOwn(URI uri) {
        URI own = settings.endpoint();
        return own.getScheme().equalsIgnoreCase(uri.getScheme()) && own.getHost().equalsIgnoreCase(uri.getHost())
                && port(own) == port(uri);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    private void requireSuccess(Answer answer) throws IOException {
        int status = answer.status();
        // 416: nothing after the part that is here already; the download decides what that means.
        if (status == 200 || status == 206 || status == 416) {
            return;
        }
        answer.close();
        String said = answer.header("x-error-message").map(m -> " (" + HubException.shown(m) + ")").orElse("");
        String line = answer.uri() + ": status " + status + said;
        if (status == 408 || status == 429 || status >= 500) {
            throw new Attempts.Again("status " + status + said, retryAfter(answer));
        }
        throw new HubException(line + remedy(answer));
    }

    private String remedy(Answer answer) {
        String code = answer.header("x-error-code").orElse("");
        String token = settings.token().isPresent() ? "with a token that may read it" : "with a token in HF_TOKEN";
        return switch (answer.status()) {
            case 401, 403 -> code.equals("GatedRepo") || answer.status() == 403
                    ? ": access is limited; accept the conditions on the model's page at " + settings.endpoint()
                            + ", then try again " + token
                    : ": there is no such repository, or it is private; check the name, or try again " + token;
            case 404 -> switch (code) {
                case "RepoNotFound" -> ": there is no such repository, or it is private; check the name";
                case "RevisionNotFound" -> ": the repository has no such branch, tag or commit";
                case "EntryNotFound" -> ": the repository has no such file";
                default -> ": no such repository, revision or file; check the name";
            };
            default -> ": the hub refuses; check its address";
        };
    }

    private static Duration retryAfter(Answer answer) {
        return answer.header("retry-after").filter(text -> SECONDS.matcher(text).matches())
                .map(text -> Duration.ofSeconds(Long.parseLong(text))).orElse(null);
    }
}
