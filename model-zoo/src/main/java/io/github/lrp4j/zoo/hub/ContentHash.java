package io.github.lrp4j.zoo.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** The hash that a hub's ETag is: SHA-256 of the content for large files, Git's SHA-1 of a blob for small ones. */
enum ContentHash {
    SHA256("SHA-256", 64),
    GIT_SHA1("SHA-1", 40);

    private static final Pattern HEX = Pattern.compile("[0-9a-f]+");
    private static final int PIECE = 1 << 16;

    private final String algorithm;
    private final int digits;

    ContentHash(String algorithm, int digits) {
        this.algorithm = algorithm;
        this.digits = digits;
    }

    /** Which of them {@code etag} is, if any. */
    static Optional<ContentHash> of(String etag) {
        for (ContentHash hash : values()) {
            if (etag.length() == hash.digits && HEX.matcher(etag).matches()) {
                return Optional.of(hash);
            }
        }
        return Optional.empty();
    }

    /** The hash of {@code file}, as hexadecimal digits. */
    String of(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
        if (this == GIT_SHA1) {
            digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        try (InputStream content = Files.newInputStream(file)) {
            byte[] piece = new byte[PIECE];
            for (int n = content.read(piece); n >= 0; n = content.read(piece)) {
                digest.update(piece, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
