package io.github.lrp4j.cli.minilm;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.text.TokenBatch;
import java.nio.LongBuffer;
import java.util.Map;

/** The same encoder as ONNX Runtime runs it: the reference. */
final class OnnxSentences implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    OnnxSentences(byte[] model) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // Its other threads would go on spinning beside those of the kernels.
            options.setIntraOpNumThreads(1);
            session = environment.createSession(model, options);
        }
    }

    /** Hidden states of the last layer, {@code [N, T, D]}. */
    float[][][] states(TokenBatch batch) throws OrtException {
        try (OnnxTensor ids = tensor(batch.ids());
                OnnxTensor types = tensor(batch.typesOrZeros());
                OnnxTensor mask = tensor(batch.mask());
                OrtSession.Result result = session.run(
                        Map.of("input_ids", ids, "token_type_ids", types, "attention_mask", mask))) {
            return (float[][][]) result.get(0).getValue();
        }
    }

    private OnnxTensor tensor(Tensor rows) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(rows.toLongArray()),
                new long[] {rows.size(0), rows.size(1)});
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
