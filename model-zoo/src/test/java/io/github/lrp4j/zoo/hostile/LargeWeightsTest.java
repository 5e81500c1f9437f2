package io.github.lrp4j.zoo.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.simd.SimdKernels;
import io.github.lrp4j.zoo.files.ModelFiles;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.text.Bert;
import io.github.lrp4j.zoo.text.BertConfig;
import io.github.lrp4j.zoo.text.BertHead;
import io.github.lrp4j.zoo.text.TextActivation;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model of some 64 MB allocates: nothing in proportion until its numbers are asked for, then a copy. */
class LargeWeightsTest {
    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final BertConfig CONFIG =
            new BertConfig(BertConfig.Family.BERT, 8000, 512, 4, 8, 2048, 64, 2, 0, TextActivation.GELU, 1e-6);

    private static final String JSON = """
            {"model_type": "bert", "architectures": ["BertForQuestionAnswering"], "vocab_size": 8000,
             "hidden_size": 512, "num_hidden_layers": 4, "num_attention_heads": 8, "intermediate_size": 2048,
             "max_position_embeddings": 64, "type_vocab_size": 2, "pad_token_id": 0, "hidden_act": "gelu",
             "layer_norm_eps": 1e-06}
            """;

    @TempDir
    private Path folder;

    /** Keys and shapes, as a network asks for them where nothing is there. */
    private static Map<String, Tensor> shapes() {
        Weights none = Weights.of("none", Map.of(), Map.of());
        Map<String, Tensor> shapes = new LinkedHashMap<>(new Bert(CONFIG, none.pp("bert")).parameters());
        shapes.putAll(BertHead.QuestionAnswering.of(CONFIG, none).parameters());
        return shapes;
    }

    /** A header and, as a hole in the file, zeros. */
    private static long write(Path file, Map<String, Tensor> shapes, DType dtype) throws IOException {
        ObjectNode header = MAPPER.createObjectNode();
        long at = 0;
        for (Map.Entry<String, Tensor> entry : shapes.entrySet()) {
            long end = at + entry.getValue().elements() * dtype.bytes();
            ObjectNode tensor = header.putObject(entry.getKey()).put("dtype", dtype.name());
            IntStream.range(0, entry.getValue().rank()).map(entry.getValue()::size)
                    .forEach(tensor.withArrayProperty("shape")::add);
            tensor.putArray("data_offsets").add(at).add(end);
            at = end;
        }
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
            content.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array());
            content.write(text);
            content.setLength(8 + text.length + at);
        }
        return at;
    }

    private static long write(Path folder, DType dtype, boolean sharded) throws IOException {
        Files.writeString(folder.resolve("config.json"), JSON);
        Map<String, Tensor> shapes = shapes();
        if (!sharded) {
            return write(folder.resolve("model.safetensors"), shapes, dtype);
        }
        ObjectNode index = MAPPER.createObjectNode();
        Map<String, Tensor> first = new LinkedHashMap<>();
        Map<String, Tensor> second = new LinkedHashMap<>();
        shapes.forEach((key, tensor) -> {
            boolean even = first.size() <= second.size();
            (even ? first : second).put(key, tensor);
            index.withObjectProperty("weight_map").put(key, even ? "a.safetensors" : "b.safetensors");
        });
        Files.writeString(folder.resolve("model.safetensors.index.json"), index.toString());
        return write(folder.resolve("a.safetensors"), first, dtype)
                + write(folder.resolve("b.safetensors"), second, dtype);
    }

    private static double[] forward(PublishedModel.Encoder encoder, SimdKernels kernels) {
        Tape tape = new Tape(kernels);
        Bert.Encoding encoding = encoder.bert().encode(tape, TokenBatch.of(2, 7, 3), Pass.evaluation());
        return encoder.head().orElseThrow().forward(encoder.bert(), encoding.states(), Pass.evaluation()).tensor()
                .toDoubleArray();
    }

    private static PublishedModel.Encoder load(Path folder) throws IOException {
        return (PublishedModel.Encoder) PublishedModel.load(ModelFiles.open(folder.toString()));
    }

    /** A first pass is interpreted, and every vector of an interpreted kernel is an object: those are not what is measured. */
    @BeforeAll
    static void once(@TempDir Path first) throws IOException {
        write(first, DType.F32, true);
        try (SimdKernels kernels = new SimdKernels(1)) {
            forward(load(first), kernels);
        }
    }

    @ParameterizedTest
    @CsvSource({"F32, false", "F32, true", "BF16, false", "BF16, true"})
    void allocates(DType dtype, boolean sharded) throws IOException {
        long bytes = write(folder, dtype, sharded);
        assertThat(bytes).isBetween(15_000_000L * dtype.bytes(), 18_000_000L * dtype.bytes());
        long before = MEMORY.getCurrentThreadAllocatedBytes();
        assertThat(Weights.open(folder).tensors()).isNotEmpty();
        PublishedModel.Encoder encoder = load(folder);
        long loaded = MEMORY.getCurrentThreadAllocatedBytes() - before;
        assertThat(loaded).as("before a number is asked for").isLessThan(bytes / 16);
        try (SimdKernels kernels = new SimdKernels(1)) {
            before = MEMORY.getCurrentThreadAllocatedBytes();
            assertThat(forward(encoder, kernels)).containsOnly(0);
            // Every number becomes a float32 in an array once, so that of BF16 there is twice the file already; the
            // other half of the bound is for what the pass itself computes and what kernels rearrange for it.
            assertThat(MEMORY.getCurrentThreadAllocatedBytes() - before).as("with the first pass")
                    .isLessThan(2 * Float.BYTES * (bytes / dtype.bytes()));
        }
    }
}
