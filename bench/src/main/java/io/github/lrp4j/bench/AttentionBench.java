package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/** Attention in one kernel, and its adjoint. */
public class AttentionBench extends KernelBench {
    /** Layers of known networks: heads, tokens, width of a head. */
    public enum Layer {
        /** In the caches. */
        SMALL(2, 17, 16, false),
        /** ViT-B. */
        VIT(12, 197, 64, false),
        /** RoBERTa-large, 384 tokens. */
        ROBERTA(16, 384, 64, false),
        /** The same with a causal mask. */
        CAUSAL(16, 384, 64, true);

        final int heads;
        final int tokens;
        final int width;
        final boolean causal;

        Layer(int heads, int tokens, int width, boolean causal) {
            this.heads = heads;
            this.tokens = tokens;
            this.width = width;
            this.causal = causal;
        }
    }

    /** Directions. */
    public enum Pass {
        /** Attention. */
        FORWARD,
        /** Its adjoint to queries, keys and values. */
        ADJOINT
    }

    /** The layer. */
    @Param
    public Layer layer;

    /** The direction. */
    @Param
    public Pass pass;

    @Override
    public String toString() {
        return "attention " + pass + " " + layer;
    }

    @Override
    Work draw(Numbers numbers) {
        int[] shape = {1, layer.heads, layer.tokens, layer.width};
        Tensor q = numbers.normal(shape);
        Tensor k = numbers.normal(shape);
        Tensor v = numbers.normal(shape);
        Tensor g = numbers.normal(shape);
        AttentionSpec full = AttentionSpec.ofWidth(layer.width);
        AttentionSpec spec = layer.causal ? full.causally() : full;
        // A product is two operations per pair of tokens; half of the pairs are masked where it is causal.
        double product =
                2.0 * layer.heads * layer.tokens * layer.tokens * layer.width * (layer.causal ? 0.5 : 1);
        if (pass == Pass.FORWARD) {
            return Work.computing(2 * product, kernels -> kernels.attention(q, k, v, null, spec).output());
        }
        Tensor logSumExp = new ReferenceKernels().attention(q, k, v, null, spec).logSumExp();
        boolean[] wanted = {true, true, true, false};
        return new Work(kernels -> () -> {
            Tensor[] parts = kernels.attentionVjp(g, q, k, v, null, logSumExp, spec, wanted);
            return List.of(parts[0], parts[1], parts[2]);
        }, 5 * product, Work.Unit.FLOP);
    }
}
