package io.github.lrp4j.cli.minilm;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.text.Bert;
import io.github.lrp4j.zoo.text.BertConfig;
import io.github.lrp4j.zoo.text.TextActivation;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.JsonTokenizer;
import io.github.lrp4j.zoo.tokenizer.Tokenizer;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * all-MiniLM-L6-v2, a trained sentence encoder (Reimers, Gurevych 2019; Wang et al., arXiv 2002.10957), as a {@link Bert}
 * with the weights of its ONNX file. The file and the tokenizer come from the class path.
 *
 * @param tokenizer its tokenizer
 * @param encoder six layers of 384
 */
record MiniLm(Tokenizer tokenizer, Bert encoder) {
    private static final String MODEL = "/all-minilm-l6-v2.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";

    /**
     * Sentences as recorded.
     *
     * @param tokens their tokens, padded to one length
     * @param batch the same as tensors
     * @param encoding what the encoder made of them
     * @param means mean of the states of the tokens, {@code [N, 384]}
     */
    record Recorded(List<Encoding> tokens, TokenBatch batch, Bert.Encoding encoding, Value means) {
        /** Directions of the means: unit vectors {@code [N, 384]}. */
        Value units() {
            return means.div(means.square().sum(List.of(1), true).sqrt());
        }
    }

    /**
     * @param model {@link #file()}
     * @param directory where the tokenizer is unpacked to
     */
    static MiniLm load(byte[] model, Path directory) throws IOException {
        Path tokenizer = directory.resolve("tokenizer.json");
        Files.write(tokenizer, resource(TOKENIZER));
        Weights weights = OnnxGraph.read(ByteBuffer.wrap(model)).byModule(MODEL);
        Bert encoder = new Bert(new BertConfig(BertConfig.Family.BERT, 30522, 384, 6, 12, 1536, 512, 2, 0,
                TextActivation.GELU, 1e-12), weights);
        weights.requireFit("all-MiniLM-L6-v2");
        return new MiniLm(JsonTokenizer.open(tokenizer), encoder);
    }

    /** The ONNX file. */
    static byte[] file() throws IOException {
        return resource(MODEL);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(MiniLm.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }

    /** The tokens of sentences, padded to the length of the longest. */
    List<Encoding> tokens(String... sentences) {
        List<Encoding> tokens =
                Arrays.stream(sentences).map(sentence -> tokenizer.encode(sentence, true)).toList();
        int longest = tokens.stream().mapToInt(Encoding::length).max().orElseThrow();
        return tokens.stream().map(one -> one.padded(longest, tokenizer.specialTokens().pad())).toList();
    }

    static TokenBatch batch(List<Encoding> tokens) {
        return new TokenBatch(rows(tokens, Encoding::ids), rows(tokens, Encoding::typeIds),
                rows(tokens, Encoding::attentionMask));
    }

    private static Tensor rows(List<Encoding> tokens, Function<Encoding, int[]> column) {
        long[] cells = tokens.stream().flatMapToInt(one -> Arrays.stream(column.apply(one))).asLongStream()
                .toArray();
        return Tensor.of(cells, tokens.size(), tokens.getFirst().length());
    }

    /** Records sentences as one batch. */
    Recorded record(Tape tape, Pass pass, String... sentences) {
        List<Encoding> tokens = tokens(sentences);
        TokenBatch batch = batch(tokens);
        Bert.Encoding encoding = encoder.encode(tape, batch, pass);
        return new Recorded(tokens, batch, encoding, Bert.meanOfTokens(encoding.states(), batch));
    }

    static Tape tape() {
        return new Tape(Backends.select().kernels());
    }
}
