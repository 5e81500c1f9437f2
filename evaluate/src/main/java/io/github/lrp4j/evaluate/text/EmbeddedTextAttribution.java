package io.github.lrp4j.evaluate.text;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.attribution.TokenRollout;
import io.github.lrp4j.explain.Explainer;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.explain.TextInput;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * {@code R[t] = sum_d A(y, e)[t, d]} over the vector e of each word: any {@link Attribution} of a tensor as one of texts.
 *
 * <p>One of one's own:
 * <pre>{@code
 * TextAttribution smooth = EmbeddedTextAttribution.of(new SmoothGrad(25, 0.15, 1));
 * TextAttribution integrated = EmbeddedTextAttribution.of("integrated-gradients",
 *         text -> new IntegratedGradients(text.masked(), 32));
 * }</pre>
 *
 * <p>Each text is computed by itself, without padding, so that its relevance is the same to the bit in whatever list of texts.
 */
public final class EmbeddedTextAttribution implements TextAttribution {
    private final String name;
    private final Function<EmbeddedText, Attribution> method;

    private EmbeddedTextAttribution(String name, Function<EmbeddedText, Attribution> method) {
        this.name = name;
        this.method = method;
    }

    /** An attribution that needs nothing of the text but its vectors. */
    public static EmbeddedTextAttribution of(Attribution method) {
        return new EmbeddedTextAttribution(method.name(), _ -> method);
    }

    /**
     * An attribution that is made for each text, such as from a baseline of it.
     *
     * @param method gives relevance {@code [1, T, D]}, or {@code [1, T, 1]}
     */
    public static EmbeddedTextAttribution of(String name, Function<EmbeddedText, Attribution> method) {
        return new EmbeddedTextAttribution(name, method);
    }

    /** {@link TokenRollout}, of encoders: attention to what another stack reads has no place in it. */
    public static EmbeddedTextAttribution rollout() {
        TokenRollout method = new TokenRollout();
        return new EmbeddedTextAttribution(method.name(), text -> {
            text.requireEncoder(method.name());
            return method;
        });
    }

    @Override
    public String name() {
        return name;
    }

    /** @throws IllegalArgumentException if the model says something else than classes or answers in a context */
    @Override
    public List<TokenRelevance> of(Explainer explainer, List<TextInput> inputs, long[] keys) {
        List<TokenRelevance> relevances = new ArrayList<>();
        // The cheapest way to what the model says.
        for (TokenRelevance said : LrpTextAttribution.of(RulePreset.GRADIENT).of(explainer, inputs, keys)) {
            EmbeddedText text = new EmbeddedText(explainer, said, keys[relevances.size()]);
            Tensor relevance = method.apply(text).of(text.batch());
            relevances.add(new TokenRelevance(said.encoding(), said.answer(), perToken(relevance)));
        }
        return relevances;
    }

    private static double[] perToken(Tensor relevance) {
        double[] cells = relevance.toDoubleArray();
        double[] sums = new double[relevance.size(1)];
        int width = cells.length / sums.length;
        for (int i = 0; i < cells.length; i++) {
            sums[i / width] += cells[i];
        }
        return sums;
    }
}
