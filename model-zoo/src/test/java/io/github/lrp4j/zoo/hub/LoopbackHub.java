package io.github.lrp4j.zoo.hub;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A hub on this machine with one repository, which behaves as badly as a test wants. */
final class LoopbackHub implements AutoCloseable {
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** What it was asked. */
    record Request(String method, String path, Map<String, String> headers) {
    }

    /** An answer that differs from the good one. */
    interface Fault {
        void answer(Request request, byte[] content, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final String id;
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, Map<String, Deque<Fault>>> faults = new LinkedHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private URI elsewhere;
    private volatile String commit = COMMIT;

    LoopbackHub(String id) throws IOException {
        this.id = id;
        elsewhere = endpoint();
        Thread.ofVirtual().start(this::serve);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    LoopbackHub file(String name, byte[] content) {
        files.put(name, content);
        return this;
    }

    LoopbackHub file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Where the content of large files is. */
    void keepLargeFilesAt(URI other) {
        elsewhere = other;
    }

    void moveTo(String otherCommit) {
        commit = otherCommit;
    }

    /** How the next requests for this path's last part are answered, one after another. */
    void next(String method, String name, Fault... answers) {
        faults.computeIfAbsent(method, m -> new LinkedHashMap<>())
                .computeIfAbsent(name, n -> new ArrayDeque<>()).addAll(List.of(answers));
    }

    List<Request> requests() {
        return requests;
    }

    List<Request> requests(String method, String name) {
        return requests.stream().filter(r -> r.method().equals(method) && r.path().endsWith("/" + name)).toList();
    }

    static String sha256(byte[] content) {
        return digest("SHA-256", content);
    }

    static String gitSha1(byte[] content) {
        byte[] header = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(header, header.length + content.length);
        System.arraycopy(content, 0, all, header.length, content.length);
        return digest("SHA-1", all);
    }

    private static String digest(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static boolean isLarge(String name) {
        return name.endsWith(".safetensors");
    }

    /** A status without content. */
    static Fault status(int status, String... headers) {
        return (request, content, out) -> reply(out, status, headers(headers), new byte[0], 0, 0);
    }

    /** All of the asked part is announced, so many bytes of it come. */
    static Fault cutAfter(int bytes) {
        return (request, content, out) -> {
            int from = rangeStart(request);
            reply(out, from > 0 ? 206 : 200, goodHeaders(request, content, from), content, from, from + bytes);
        };
    }

    /** So many bytes come, and then nothing, while the connection stays open. */
    static Fault stallAfter(int bytes) {
        return (request, content, out) -> {
            cutAfter(bytes).answer(request, content, out);
            out.flush();
            Thread.sleep(2000);
        };
    }

    /** The whole of {@code other} with these headers, whatever part was asked for. */
    static Fault content(byte[] other, String... headers) {
        return (request, content, out) -> reply(out, 200, headers(headers), other, 0, other.length);
    }

    static Map<String, String> headers(String... pairs) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.put(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    private static Map<String, String> goodHeaders(Request request, byte[] content, int from) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Length", Integer.toString(content.length - from));
        headers.put("ETag",
                '"' + (request.path().startsWith("/cdn/") ? "cdn-" + content.length : gitSha1(content)) + '"');
        if (from > 0) {
            headers.put("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        return headers;
    }

    private static int rangeStart(Request request) {
        String range = request.headers().get("range");
        return range == null ? 0 : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    }

    static void reply(OutputStream out, int status, Map<String, String> headers, byte[] content, int from, int to)
            throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " whatever\r\nConnection: close\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        out.write(content, from, Math.min(to, content.length) - from);
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                Thread.ofVirtual().start(() -> answer(connection));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void answer(Socket connection) {
        try (connection;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
                OutputStream out = connection.getOutputStream()) {
            String line = in.readLine();
            if (line == null) {
                return;
            }
            Map<String, String> headers = new LinkedHashMap<>();
            for (String header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {
                int colon = header.indexOf(':');
                headers.put(header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
            }
            Request request = new Request(line.split(" ")[0], line.split(" ")[1], headers);
            requests.add(request);
            String name = request.path().substring(request.path().lastIndexOf('/') + 1);
            Fault fault;
            synchronized (faults) {
                Deque<Fault> pending = faults.getOrDefault(request.method(), Map.of()).get(name);
                fault = pending == null ? null : pending.poll();
            }
            if (fault != null) {
                fault.answer(request, files.get(name), out);
            } else {
                good(request, out);
            }
        } catch (IOException e) {
            // The client has gone.
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void good(Request request, OutputStream out) throws IOException {
        String resolve = "/" + id + "/resolve/" + commit + "/";
        if (request.path().equals("/api/models/" + id + "/revision/main")
                || request.path().equals("/api/models/" + id + "/revision/" + commit)) {
            String siblings = files.keySet().stream()
                    .map(name -> "{\"rfilename\":\"" + name.replace("\\", "\\\\") + "\"}")
                    .collect(Collectors.joining(","));
            byte[] list = ("{\"sha\":\"" + commit + "\",\"siblings\":[" + siblings + "]}")
                    .getBytes(StandardCharsets.UTF_8);
            reply(out, 200, headers("Content-Length", Integer.toString(list.length)), list, 0, list.length);
            return;
        }
        boolean isContent = request.path().startsWith("/cdn/");
        String name = isContent
                ? request.path().substring("/cdn/".length())
                : request.path().startsWith(resolve) ? request.path().substring(resolve.length()) : "";
        byte[] content = files.get(name);
        if (content == null) {
            reply(out, 404, headers("X-Error-Code", "EntryNotFound", "Content-Length", "0"), new byte[0], 0, 0);
        } else if (isLarge(name) && !isContent) {
            reply(out, 302, headers("Location", elsewhere + "/cdn/" + name, "X-Repo-Commit", commit, "X-Linked-Etag",
                    '"' + sha256(content) + '"', "X-Linked-Size", Integer.toString(content.length), "Content-Length",
                    "0", "ETag", "\"pointer\""), new byte[0], 0, 0);
        } else {
            int from = rangeStart(request);
            String condition = request.headers().get("if-range");
            Map<String, String> headers = goodHeaders(request, content, from);
            if (condition != null && !condition.equals(headers.get("ETag"))) {
                from = 0;
                headers = goodHeaders(request, content, 0);
            }
            boolean head = request.method().equals("HEAD");
            reply(out, from > 0 ? 206 : 200, headers, content, from, head ? from : content.length);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
