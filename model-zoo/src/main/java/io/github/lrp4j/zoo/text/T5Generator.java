package io.github.lrp4j.zoo.text;

import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.layer.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * {@code argmax_y p(y | text)}, token by token: the answers of a {@link T5}, by greedy or beam search.
 *
 * <p>The encoder runs once; keys and values of earlier tokens are kept, so that each step computes one token. Nothing is
 * recorded: to explain an answer, record {@link T5#forward} with it.
 */
public final class T5Generator {
    /**
     * An answer.
     *
     * @param tokens ids after the start token, the end token included where it came
     * @param score {@code sum ln p(token) / tokens^lengthPenalty}
     */
    public record Answer(List<Integer> tokens, double score) {
        /** Copies. */
        public Answer {
            tokens = List.copyOf(tokens);
        }
    }

    /** A hypothesis: its tokens and the sum of their logarithmic probabilities. */
    private record Beam(List<Integer> tokens, double logProbability) {
        Beam with(int token, double logarithm) {
            List<Integer> longer = new ArrayList<>(tokens);
            longer.add(token);
            return new Beam(longer, logProbability + logarithm);
        }

        Answer answer(double penalty) {
            return new Answer(tokens, logProbability / Math.pow(Math.max(1, tokens.size()), penalty));
        }
    }

    /** A possible next token of a beam. */
    private record Candidate(int beam, int token, double logProbability) {
    }

    private final T5 model;
    private final Kernels kernels;
    private final Pass pass = Pass.evaluation();

    /** A generator that computes with these kernels. */
    public T5Generator(T5 model, Kernels kernels) {
        this.model = model;
        this.kernels = kernels;
    }

    /** The most probable token at every step, until the end token or {@code most} tokens. */
    public Answer greedy(TokenBatch text, int most) {
        return greedy(text, most, true, logits -> {});
    }

    /**
     * The most probable token at every step.
     *
     * @param text one sequence
     * @param most number of tokens at most
     * @param stops whether the end token ends the answer
     * @param observer told the logits {@code [1, vocabulary]} of every step
     */
    public Answer greedy(TokenBatch text, int most, boolean stops, Consumer<Tensor> observer) {
        return search(text, most, 1, 1, stops, observer).get(0);
    }

    /**
     * Beam search: the best answers, best first.
     *
     * @param text one sequence
     * @param most number of tokens at most
     * @param beams number of hypotheses that are followed, and of answers
     * @param lengthPenalty exponent of the length by which scores are divided; 0 prefers short answers
     */
    public List<Answer> beams(TokenBatch text, int most, int beams, double lengthPenalty) {
        return search(text, most, beams, lengthPenalty, true, logits -> {});
    }

    private List<Answer> search(TokenBatch text, int most, int beams, double penalty, boolean stops,
            Consumer<Tensor> observer) {
        if (text.size() != 1 || most < 1 || beams < 1) {
            throw new IllegalArgumentException(
                    "t5 generation: wants one text, a positive number of tokens and of beams, "
                            + "got " + text.size() + ", " + most + " and " + beams);
        }
        Tape tape = new Tape(kernels, Retain.NOTHING);
        Tensor encoded = model.encode(tape, text, pass).states().tensor();
        Tensor forbidden = text.forbidden();
        List<Beam> open = List.of(new Beam(List.of(), 0));
        List<Answer> finished = new ArrayList<>();
        T5Stack.Memory memory = null;
        for (int step = 0; step < most && !open.isEmpty(); step++) {
            T5Stack.Result decoded = step(open, encoded, forbidden, memory);
            Value logits = model.logits(decoded.states(), pass).select(1, 0);
            observer.accept(logits.tensor());
            List<Candidate> best = best(open, logits.logSoftmax(-1).tensor(), 2 * beams);
            List<Beam> next = new ArrayList<>();
            List<Integer> from = new ArrayList<>();
            for (Candidate candidate : best) {
                Beam beam = open.get(candidate.beam()).with(candidate.token(), candidate.logProbability());
                if (stops && candidate.token() == model.config().end()) {
                    finished.add(beam.answer(penalty));
                } else if (next.size() < beams) {
                    next.add(beam);
                    from.add(candidate.beam());
                }
                if (next.size() == beams || beams == 1) {
                    break;
                }
            }
            memory = chosen(decoded.memory(), from);
            open = isSettled(finished, next, beams, penalty, most) ? List.of() : next;
        }
        open.forEach(beam -> finished.add(beam.answer(penalty)));
        finished.sort(Comparator.comparingDouble(Answer::score).reversed());
        return List.copyOf(finished.subList(0, Math.min(beams, finished.size())));
    }

    /** Whether no open hypothesis can still overtake the answers that are there. */
    private static boolean isSettled(List<Answer> finished, List<Beam> open, int beams, double penalty, int most) {
        if (finished.size() < beams) {
            return false;
        }
        double worst = finished.stream().map(Answer::score).sorted(Comparator.reverseOrder()).toList().get(beams - 1);
        // Logarithms only fall; dividing by the longest length is the best that can happen to a negative sum.
        double reachable = open.stream().mapToDouble(beam -> beam.logProbability()
                / Math.pow(penalty > 0 ? most : beam.tokens().size(), penalty)).max().orElse(Double.NEGATIVE_INFINITY);
        return reachable <= worst;
    }

    private T5Stack.Result step(List<Beam> open, Tensor encoded, Tensor forbidden, T5Stack.Memory memory) {
        Tape tape = new Tape(kernels, Retain.NOTHING);
        long[] last = new long[open.size()];
        Arrays.setAll(last, beam -> open.get(beam).tokens().isEmpty()
                ? model.config().start()
                : open.get(beam).tokens().getLast());
        return model.decode(tape, new TokenBatch(Tensor.of(last, last.length, 1), null, null), tape.constant(encoded),
                forbidden, memory == null ? null : memory.on(tape), pass);
    }

    private static List<Candidate> best(List<Beam> open, Tensor logarithms, int count) {
        double[] values = logarithms.toDoubleArray();
        int vocabulary = logarithms.size(-1);
        // Equal sums keep the order of beams and ids, so that the search is deterministic.
        return IntStream.range(0, values.length).boxed()
                .sorted(Comparator
                        .comparingDouble((Integer i) -> -(open.get(i / vocabulary).logProbability() + values[i])))
                .limit(count).map(i -> new Candidate(i / vocabulary, i % vocabulary, values[i])).toList();
    }

    /** The memory of the beams that go on; that of the encoder is the same for all of them. */
    private T5Stack.Memory chosen(T5Stack.Memory memory, List<Integer> from) {
        Tensor rows = Tensor.of(from.stream().mapToLong(Integer::longValue).toArray(), from.size());
        return new T5Stack.Memory(memory.self().stream().map(self -> self.rows(kernels, rows)).toList(),
                memory.cross());
    }
}
