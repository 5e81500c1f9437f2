package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where relevance starts: {@code R = seed(y)}, from the output's values y to relevance of the output's shape.
 *
 * <p>Classes are along the last dimension; every sample (each row of the others) gets its own start, never the union over
 * a batch. A seed is a choice of cells, {@link #top1}, {@link #rank}, {@link #target}, with 1 in each, which can be made
 * to start elsewhere or with something else:
 * <pre>{@code
 * Seed.target(281).minus(Seed.target(285));      // what speaks for one class rather than for another
 * Seed.top1().againstStrongestOther();           // for the winner rather than for the runner-up
 * Seed.top1().timesOutput();                     // at the logit's value instead of 1
 * Seed.target(7).throughSoftmax();               // at what the class's probability is sensitive to
 * Seed.top1().atPosition(-1);                    // [N, T, V]: the last token's next token
 * }</pre>
 *
 * <p>Which cells are chosen is read from the numbers; everything that depends smoothly on the output is computed by the
 * kernels. Errors are {@link IllegalArgumentException}s that begin with {@code seed:} and name the output's shape.
 */
@FunctionalInterface
public interface Seed {
    /**
     * The start relevance for an output.
     *
     * @param kernels where to compute
     * @param output the output's values
     * @return of the output's shape, floating
     * @throws IllegalArgumentException if the seed does not fit the output
     */
    Tensor start(Kernels kernels, Tensor output);

    /** The start relevance for a recorded output. */
    default Tensor start(Value output) {
        return start(output.tape().kernels(), output.tensor());
    }

    // ---- which cells ---------------------------------------------------------------------------------------------

    /** 1 at each sample's largest value. */
    static Seed top1() {
        return rank(0);
    }

    /** 1 at each sample's value with {@code rank} larger ones: 0 the largest, 1 the runner-up. Equal values rank by position. */
    static Seed rank(int rank) {
        if (rank < 0) {
            throw new IllegalArgumentException("seed: rank " + rank + " must not be negative");
        }
        return (kernels, output) -> OneHot.at(output, OneHot.ranked(output, rank));
    }

    /** One seed per rank, the largest value first: the {@code count} most likely classes of each sample. */
    static List<Seed> top(int count) {
        return IntStream.range(0, count).mapToObj(Seed::rank).toList();
    }

    /** 1 at the given class: one for all samples, or one per sample. */
    static Seed target(int... classes) {
        int[] wanted = classes.clone();
        return (kernels, output) -> OneHot.at(output, OneHot.perRow(output, wanted));
    }

    /** One seed per class: each of these classes for all samples. */
    static List<Seed> targets(int... classes) {
        return Arrays.stream(classes).mapToObj(c -> target(c)).toList();
    }

    /** {@code R = 1} at every cell of the output. */
    static Seed everywhere() {
        return (kernels, output) -> Tensor.full(1, OneHot.dtype(output), output.shape());
    }

    /** {@code R = y}: the whole output, each cell with its own value. */
    static Seed output() {
        return everywhere().timesOutput();
    }

    /** This very relevance. */
    static Seed of(Tensor relevance) {
        return (kernels, output) -> {
            if (!relevance.shape().equals(output.shape())) {
                throw new IllegalArgumentException(
                        "seed: shapes differ, output " + output.shape() + ", relevance " + relevance.shape());
            }
            return relevance;
        };
    }

    // ---- at which position ---------------------------------------------------------------------------------------

    /**
     * This seed at one position of a sequence, 0 elsewhere: {@code R[n, t, :] = seed(y[n, t, :])} for outputs
     * {@code [N, T, V]}. Positions are along the dimension before the last; the seed sees an output without it.
     *
     * @param position counted from the front, or, where negative, from the end: -1 is the last token
     */
    default Seed atPosition(int position) {
        return (kernels, output) -> {
            int dim = output.rank() - 2;
            if (dim < 0 || position >= output.size(dim) || position < -output.size(dim)) {
                throw new IllegalArgumentException("seed: position " + position + " of output " + output.shape()
                        + ", whose positions are along the dimension before the last");
            }
            int size = output.size(dim);
            int at = position < 0 ? position + size : position;
            Tensor start = start(kernels, output.select(dim, at)).unsqueeze(dim);
            List<Integer> before = new ArrayList<>(Collections.nCopies(output.rank(), 0));
            List<Integer> after = new ArrayList<>(before);
            before.set(dim, at);
            after.set(dim, size - 1 - at);
            return kernels.pad(start, before, after, 0);
        };
    }

    /** One seed per position, each as {@link #atPosition}: several tokens of one sequence. */
    default List<Seed> atPositions(int... positions) {
        return Arrays.stream(positions).mapToObj(this::atPosition).toList();
    }

    // ---- against what --------------------------------------------------------------------------------------------

    /** {@code R = R_this - R_other}: what speaks for this rather than for the other. */
    default Seed minus(Seed other) {
        return (kernels, output) -> kernels.binary(BinaryFn.SUB, start(kernels, output), other.start(kernels, output));
    }

    /** {@code R = R_this + R_other}. */
    default Seed plus(Seed other) {
        return (kernels, output) -> kernels.binary(BinaryFn.ADD, start(kernels, output), other.start(kernels, output));
    }

    /** {@code R = factor R_this}. */
    default Seed times(double factor) {
        return (kernels, output) -> kernels.unary(new UnaryFn(UnaryFn.Kind.SCALE, factor, 0), start(kernels, output));
    }

    /**
     * This seed, and in each sample as much with the other sign at the largest value among the cells where it starts
     * nothing: {@code R = R_this - (sum R_this) 1[strongest other]}. For {@link #top1} that is the runner-up, for a
     * {@link #target} its strongest competitor. A sample's relevance sums to 0.
     */
    default Seed againstStrongestOther() {
        return (kernels, output) -> {
            Tensor start = start(kernels, output);
            Tensor other = OneHot.at(output, OneHot.strongestOther(output, start));
            return kernels.binary(BinaryFn.SUB, start, kernels.binary(BinaryFn.MUL, other, rowSums(kernels, start)));
        };
    }

    /**
     * This seed, and in each sample as much with the other sign, spread evenly over the {@code m} cells where it starts
     * nothing: {@code R = R_this - (sum R_this) / m 1[others]}. A sample's relevance sums to 0.
     *
     * <p>Relevance is linear in its start, so with {@link #timesOutput} this is CLRP1 before that method clips at 0. Source:
     * Gu, Yang, Tresp 2018 (contrastive LRP, arXiv 1812.02100).
     */
    default Seed againstOthers() {
        return (kernels, output) -> {
            Tensor start = start(kernels, output);
            Tensor others = OneHot.evenlyOverOthers(output, start);
            return kernels.binary(BinaryFn.SUB, start, kernels.binary(BinaryFn.MUL, others, rowSums(kernels, start)));
        };
    }

    private static Tensor rowSums(Kernels kernels, Tensor start) {
        return kernels.reduce(Reduction.SUM, start, List.of(start.rank() - 1), true);
    }

    // ---- with how much -------------------------------------------------------------------------------------------

    /**
     * {@code R = R_this y}: this seed, times the value of the output (LXT starts at the logit's value). Where the seed
     * starts nothing, nothing is multiplied: a masked class may be minus infinity.
     */
    default Seed timesOutput() {
        return (kernels, output) -> {
            Tensor start = start(kernels, output);
            Tensor zero = Tensor.scalar(0, start.dtype());
            return kernels.where(kernels.binary(BinaryFn.EQUAL, start, zero), zero,
                    kernels.binary(BinaryFn.MUL, start, output));
        };
    }

    /** {@code R = R_this p} with {@code p = softmax(y)} along the classes: starts at the probability. */
    default Seed timesSoftmax() {
        return (kernels, output) -> kernels.binary(BinaryFn.MUL, start(kernels, output), softmax(kernels, output));
    }

    /**
     * {@code R = p (R_this - sum p R_this)} with {@code p = softmax(y)} along the classes: this seed, as a start at the
     * probabilities, taken through softmax as the gradient is. At a class t that is {@code p_t (1 - p_t)}, and
     * {@code -p_t p_c} at every other: each competitor counts as much as it takes from the class. A sample's relevance sums
     * to 0.
     *
     * <p>Source: Iwana, Kuroki, Uchida 2019 (softmax-gradient LRP, arXiv 1908.04351).
     */
    default Seed throughSoftmax() {
        return (kernels, output) -> kernels.softmaxVjp(softmax(kernels, output), start(kernels, output),
                output.rank() - 1);
    }

    private static Tensor softmax(Kernels kernels, Tensor output) {
        OneHot.requireClasses(output.shape());
        return kernels.softmax(output, output.rank() - 1);
    }
}
