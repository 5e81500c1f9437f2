package io.github.lrp4j.zoo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class T5GeneratorTest {
    private static final TokenBatch TEXT = TokenBatch.of(5, 3, 9, 1);
    private static final T5Config CONFIG =
            new T5Config(12, 16, 4, 20, 1, 2, 3, 8, 16, TextActivation.GELU_NEW, true, false, 1e-6, 0, 0, 1);
    private static final T5 MODEL = model();

    private static T5 model() {
        Map<String, Tensor> drawn = T5
                .of("t5", CONFIG, T5.Task.GENERATION, Weights.initialized(new SplittableRandom(1))).parameters();
        Map<String, Tensor> state = new LinkedHashMap<>();
        drawn.forEach((key, tensor) -> state.put(key, TestTensors.normal(key.hashCode(), DType.F64, tensor.shape())));
        return T5.of("t5", CONFIG, T5.Task.GENERATION, Weights.of("drawn", state, Map.of()));
    }

    private static final T5Generator GENERATOR = new T5Generator(MODEL, new ReferenceKernels());

    /** Logarithmic probability of each token at the last place, computed without any memory. */
    private static double[] next(List<Integer> tokens) {
        long[] answer = new long[tokens.size() + 1];
        for (int i = 0; i < tokens.size(); i++) {
            answer[i + 1] = tokens.get(i);
        }
        Tape tape = new Tape(new ReferenceKernels());
        return MODEL.forward(tape, TEXT, TokenBatch.of(answer), Pass.evaluation()).logits().select(1, tokens.size())
                .logSoftmax(-1).tensor().toDoubleArray();
    }

    @Test
    void stepsWithMemoryEqualAWholePass() {
        List<Tensor> steps = new ArrayList<>();
        List<Integer> tokens = GENERATOR.greedy(TEXT, 5, false, steps::add).tokens();
        assertThat(tokens).hasSize(5);
        long[] answer = new long[5];
        for (int i = 1; i < 5; i++) {
            answer[i] = tokens.get(i - 1);
        }
        Tensor whole = MODEL.forward(new Tape(new ReferenceKernels()), TEXT, TokenBatch.of(answer), Pass.evaluation())
                .logits().tensor();
        for (int step = 0; step < 5; step++) {
            TensorAssert.assertClose(steps.get(step), whole.select(1, step), 1e-11, 1e-12);
        }
    }

    /** As many beams as there are hypotheses: the search must find what trying everything finds. */
    @Test
    void wideBeamsFindTheBestAnswers() {
        List<T5Generator.Answer> all = new ArrayList<>();
        everything(new ArrayList<>(), 0, all);
        all.sort(Comparator.comparingDouble(T5Generator.Answer::score).reversed());
        List<T5Generator.Answer> found = GENERATOR.beams(TEXT, 2, 200, 1);
        for (int i = 0; i < 5; i++) {
            assertThat(found.get(i).tokens()).isEqualTo(all.get(i).tokens());
            assertThat(found.get(i).score()).isCloseTo(all.get(i).score(), within(1e-11));
        }
    }

    private static void everything(List<Integer> tokens, double sum, List<T5Generator.Answer> all) {
        double[] next = next(tokens);
        for (int token = 0; token < next.length; token++) {
            List<Integer> longer = new ArrayList<>(tokens);
            longer.add(token);
            if (token == CONFIG.end() || longer.size() == 2) {
                all.add(new T5Generator.Answer(longer, (sum + next[token]) / longer.size()));
            } else {
                everything(longer, sum + next[token], all);
            }
        }
    }

    @Test
    void oneBeamIsGreedy() {
        T5Generator.Answer greedy = GENERATOR.greedy(TEXT, 6);
        assertThat(GENERATOR.beams(TEXT, 6, 1, 1)).containsExactly(greedy);
        double sum = 0;
        for (int i = 0; i < greedy.tokens().size(); i++) {
            sum += next(greedy.tokens().subList(0, i))[greedy.tokens().get(i)];
        }
        assertThat(greedy.score()).isCloseTo(sum / greedy.tokens().size(), within(1e-11));
    }

    @Test
    void severalTextsAreRefused() {
        TokenBatch two = new TokenBatch(Tensor.of(new long[] {1, 2}, 2, 1), null, null);
        assertThatThrownBy(() -> GENERATOR.greedy(two, 3)).hasMessage(
                "t5 generation: wants one text, a positive number of tokens and of beams, got 2, 3 and 1");
    }
}
