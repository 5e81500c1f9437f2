package io.github.lrp4j.zoo.tokenizer;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.zoo.json.JsonFile;
import io.github.lrp4j.zoo.json.JsonFileException;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The tokenizer that a {@code tokenizer.json} describes, run by the native library that defines the format.
 *
 * <p>Truncation and padding that the file may ask for are not applied: {@link Encoding#windows} and
 * {@link Encoding#padded} do that where it is wanted, and lose nothing silently. Needs no closing; nothing is ever
 * downloaded.
 */
public final class JsonTokenizer implements Tokenizer {
    private static final Cleaner CLEANER = Cleaner.create();

    private final TokenizersLibrary library;
    private final long handle;
    private final SpecialTokens specialTokens;

    private JsonTokenizer(TokenizersLibrary library, long handle, SpecialTokens specialTokens) {
        this.library = library;
        this.handle = handle;
        this.specialTokens = specialTokens;
        CLEANER.register(this, () -> library.deleteTokenizer(handle));
    }

    /**
     * Reads a tokenizer.
     *
     * @param path a {@code tokenizer.json}, or a directory with one
     * @throws TokenizerException if it is missing or describes no tokenizer
     * @throws IllegalStateException if the native library does not run on this system
     */
    public static JsonTokenizer open(Path path) throws IOException {
        Path file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
        JsonNode content;
        try {
            content = JsonFile.read(file, Set.of("added_tokens", "padding"));
        } catch (NoSuchFileException e) {
            throw new TokenizerException(file + ": no such file; tokenizers that come as vocabulary files only are"
                    + " converted with: python -c \"from transformers import AutoTokenizer;"
                    + " AutoTokenizer.from_pretrained('DIR').save_pretrained('DIR')\"", e);
        } catch (JsonFileException e) {
            throw new TokenizerException(e.getMessage(), e);
        }
        TokenizersLibrary library = NativeTokenizers.get();
        long handle;
        try {
            handle = library.createTokenizerFromString(Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new TokenizerException(file + ": no text in UTF-8", e);
        } catch (RuntimeException e) {
            throw new TokenizerException(file + ": no tokenizer: " + e.getMessage(), e);
        }
        library.disableTruncation(handle);
        library.disablePadding(handle);
        return new JsonTokenizer(library, handle, TokenizerFiles.roles(file, content));
    }

    @Override
    public SpecialTokens specialTokens() {
        return specialTokens;
    }

    @Override
    public Encoding encode(String text, boolean withSpecial) {
        String plain = wellFormed(text);
        return encoding(() -> library.encode(handle, plain, withSpecial), text);
    }

    @Override
    public Encoding encode(String first, String second, boolean withSpecial) {
        String plainFirst = wellFormed(first);
        String plainSecond = wellFormed(second);
        return encoding(() -> library.encodeDual(handle, plainFirst, plainSecond, withSpecial), first, second);
    }

    @Override
    public String decode(int[] ids, boolean withoutSpecial) {
        long[] known = Arrays.stream(ids).filter(id -> id >= 0).asLongStream().toArray();
        try {
            return library.decode(handle, known, withoutSpecial);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Halves of characters are no text: each becomes the replacement character, as long as it was. */
    private static String wellFormed(String text) {
        if (text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        text.codePoints().map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }

    private Encoding encoding(LongSupplier encode, String... texts) {
        long encoded;
        try {
            encoded = encode.getAsLong();
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("tokenizer: the text cannot be encoded: " + e.getMessage(), e);
        } finally {
            Reference.reachabilityFence(this);
        }
        try {
            return new Encoding(tokens(encoded, texts), List.of(texts));
        } finally {
            library.deleteEncoding(encoded);
        }
    }

    private List<Token> tokens(long encoded, String... texts) {
        int[][] starts = new int[texts.length][];
        for (int i = 0; i < texts.length; i++) {
            starts[i] = starts(texts[i]);
        }
        long[] ids = library.getTokenIds(encoded);
        String[] pieces = library.getTokens(encoded);
        CharSpan[] spans = library.getTokenCharSpans(encoded);
        long[] typeIds = library.getTypeIds(encoded);
        long[] words = library.getWordIds(encoded);
        long[] sequences = library.getSequenceIds(encoded);
        long[] special = library.getSpecialTokenMask(encoded);
        long[] attended = library.getAttentionMask(encoded);
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            int sequence = (int) sequences[i];
            Span span = spans[i] == null || sequence == Token.NONE
                    ? Span.NONE
                    : new Span(starts[sequence][spans[i].getStart()], starts[sequence][spans[i].getEnd()]);
            tokens.add(new Token((int) ids[i], pieces[i], span, (int) typeIds[i], (int) words[i], sequence,
                    special[i] != 0, attended[i] != 0));
        }
        return tokens;
    }

    /** Where the code points of {@code text} begin, and its end: the library counts code points, strings do not. */
    private static int[] starts(String text) {
        int[] starts = new int[text.codePointCount(0, text.length()) + 1];
        for (int i = 0, at = 0; i < starts.length; i++) {
            starts[i] = at;
            if (at < text.length()) {
                at += Character.charCount(text.codePointAt(at));
            }
        }
        return starts;
    }
}
