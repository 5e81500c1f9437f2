package io.github.lrp4j.tensor.safetensors;

import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** The characters of UTF-8 bytes, decoded as they are asked for; malformed bytes are a fault, never replaced. */
final class Utf8Reader extends Reader {
    private final ByteBuffer bytes;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);

    Utf8Reader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read(char[] target, int offset, int length) throws MalformedUtf8 {
        CharBuffer chars = CharBuffer.wrap(target, offset, length);
        CoderResult result = decoder.decode(bytes, chars, true);
        if (result.isError()) {
            throw new MalformedUtf8(bytes.position());
        }
        int count = length - chars.remaining();
        return count == 0 && length > 0 ? -1 : count;
    }

    @Override
    public void close() {
        // Nothing to release.
    }

    /** Bytes that are not UTF-8. */
    static final class MalformedUtf8 extends CharacterCodingException {
        private static final long serialVersionUID = 1L;

        /** Index of the first such byte. */
        final int position;

        private MalformedUtf8(int position) {
            this.position = position;
        }
    }
}
