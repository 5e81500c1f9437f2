package io.github.lrp4j.zoo.tokenizer;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    private final int longestText;
    private final int mostIds;
    private final SpecialTokens specialTokens;

    private JsonTokenizer(TokenizersLibrary library, long handle, TokenizerFile file, SpecialTokens specialTokens) {
        this.library = library;
        this.handle = handle;
        this.longestText = file.longestText();
        this.mostIds = file.mostIds();
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
        TokenizerFile content;
        try {
            content = TokenizerFile.read(file);
        } catch (NoSuchFileException e) {
            throw new TokenizerException(file + ": no such file; tokenizers that come as vocabulary files only are"
                    + " converted with: python -c \"from transformers import AutoTokenizer;"
                    + " AutoTokenizer.from_pretrained('DIR').save_pretrained('DIR')\"", e);
        }
        SpecialTokens roles = TokenizerFiles.roles(file, content.members());
        TokenizersLibrary library = NativeTokenizers.get();
        requireVisible(library, file, content);
        long handle = create(library, file, content.content());
        library.disableTruncation(handle);
        library.disablePadding(handle);
        return new JsonTokenizer(library, handle, content, roles);
    }

    private static long create(TokenizersLibrary library, Path file, String content) throws TokenizerException {
        try {
            return library.createTokenizerFromString(content);
        } catch (RuntimeException e) {
            throw new TokenizerException(file + ": no tokenizer: " + Faults.shown(String.valueOf(e.getMessage())), e);
        }
    }

    /**
     * Refuses added tokens of which the normalizer leaves nothing: the library would find them everywhere. What the
     * normalizer leaves, a tokenizer of its steps alone shows.
     */
    private static void requireVisible(TokenizersLibrary library, Path file, TokenizerFile content)
            throws TokenizerException {
        requireVisible(library, file, content, content.mayNotVanish(), "null", "nothing");
        requireVisible(library, file, content, content.mayNotBlank(), "{\"type\": \"WhitespaceSplit\"}", "only blanks");
    }

    private static void requireVisible(TokenizersLibrary library, Path file, TokenizerFile content, List<String> tokens,
            String preTokenizer, String left) throws TokenizerException {
        if (tokens.isEmpty()) {
            return;
        }
        long probe = create(library, file, "{\"version\": \"1.0\", \"added_tokens\": [], \"normalizer\": "
                + content.members().get("normalizer") + ", \"pre_tokenizer\": " + preTokenizer
                + ", \"model\": {\"type\": \"WordLevel\", \"vocab\": {\"?\": 0}, \"unk_token\": \"?\"}}");
        try {
            for (String token : tokens) {
                long encoded = library.encode(probe, token, false);
                int length = library.getTokenIds(encoded).length;
                library.deleteEncoding(encoded);
                if (length == 0) {
                    throw new Faults(file).at("added_tokens", "the normalizer leaves " + left + " of "
                            + Faults.shown(token));
                }
            }
        } finally {
            library.deleteTokenizer(probe);
        }
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
        if (ids.length > mostIds) {
            throw new IllegalArgumentException("tokenizer: " + ids.length + " tokens are more than the " + mostIds
                    + " that can be decoded at once; decode them in parts");
        }
        long[] known = Arrays.stream(ids).filter(id -> id >= 0).asLongStream().toArray();
        try {
            return library.decode(handle, known, withoutSpecial);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Halves of characters are no text: each becomes the replacement character, as long as it was. */
    private String wellFormed(String text) {
        if (text.length() > longestText) {
            throw new IllegalArgumentException(
                    "tokenizer: a text of " + text.length() + " characters is longer than the "
                            + longestText + " that this tokenizer is sure to encode; encode it in parts");
        }
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
        if (pieces.length != ids.length || sequences.length != ids.length || words.length != ids.length) {
            throw new IllegalArgumentException(
                    "tokenizer: the text cannot be encoded: the tokenizer gives " + ids.length
                            + " numbers for " + pieces.length + " tokens");
        }
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            int sequence = (int) sequences[i];
            if (sequence >= texts.length) {
                throw new IllegalArgumentException(
                        "tokenizer: the text cannot be encoded: the post-processor has the token "
                                + Faults.shown(pieces[i]) + " from text " + sequence + " of " + texts.length);
            }
            Span span = spans[i] == null || sequence == Token.NONE
                    ? Span.NONE
                    : span(starts[sequence], spans[i], pieces[i]);
            tokens.add(new Token((int) ids[i], pieces[i], span, (int) typeIds[i], (int) words[i], sequence,
                    special[i] != 0, attended[i] != 0));
        }
        return tokens;
    }

    /** Some vocabularies make the library count bytes that the text does not have. */
    private static Span span(int[] starts, CharSpan span, String piece) {
        int last = starts.length - 1;
        if (span.getStart() < 0 || span.getStart() > span.getEnd() || span.getEnd() > last) {
            throw new IllegalArgumentException("tokenizer: the text cannot be encoded: the token " + Faults.shown(piece)
                    + " is said to stand at characters " + span.getStart() + " to " + span.getEnd() + " of " + last);
        }
        return new Span(starts[span.getStart()], starts[span.getEnd()]);
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
