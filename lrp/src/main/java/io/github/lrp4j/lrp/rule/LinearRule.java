package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.autograd.Fusible;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.Optional;

/**
 * A rule for {@code z = B(a, b)}: every matrix product and convolution alike.
 *
 * <p>A rule answers for one factor at a time, as if the other were the weight; which factors are asked is decided here.
 */
sealed interface LinearRule extends Rule permits AlphaBeta, Epsilon, Flat, Gamma, WSquare, ZBox, ZPlus {
    /** Which factors take relevance. */
    default Factors factors() {
        return Factors.ACTIVATIONS;
    }

    /**
     * Relevance of factor {@code i}.
     *
     * @param relevance what it may take
     * @param share the part of the product's relevance that this is (1, or 1/2 between two activations)
     */
    Tensor relevanceOf(Factor factor, Tensor relevance, double share);

    @Override
    default Needs needs(Site site) {
        return Needs.everything(site);
    }

    /** To activations; to a weight if there is no activation, or if every factor takes a share. */
    @Override
    default boolean gives(Site site, int i) {
        if (!site.receives(i)) {
            return false;
        }
        boolean otherTakesAll = site.receives(1 - i) && site.isActivation(1 - i);
        return factors() != Factors.ACTIVATIONS || site.isActivation(i) || !otherTakesAll;
    }

    @Override
    default Optional<String> objection(Site site) {
        return site.op() instanceof Linear ? Optional.empty() : Optional.of("is for linear ops");
    }

    @Override
    default boolean takesLanes() {
        return true;
    }

    @Override
    default Tensor[] propagate(RuleCall call) {
        Linear linear = (Linear) call.op();
        boolean copies = factors() == Factors.COPIES;
        boolean both = gives(call.site(), 0) && gives(call.site(), 1);
        double share = !copies && both ? 0.5 : 1;
        Tensor[] result = new Tensor[2];
        for (int i = 0; i < 2; i++) {
            if (gives(call.site(), i) && call.wants(i)) {
                result[i] = relevanceOf(new Factor(call, linear, i), call.relevance(), share);
            }
        }
        if (copies && result[0] != null && result[1] != null) {
            // Both got a full copy, and what a copy loses on its way is booked with it: one copy is created.
            call.book(Sink.CREATED, -1, call.relevance());
        }
        return result;
    }

    /** One factor of a product and the other, which plays the weight: what the formulas are written in. */
    record Factor(RuleCall call, Linear op, int index) {
        Kernels kernels() {
            return call.kernels();
        }

        /** The factor's value. */
        Tensor x() {
            return call.operand(index);
        }

        /** The other factor's value. */
        Tensor w() {
            return call.operand(1 - index);
        }

        /** {@code f(x, w)}. */
        Tensor product(Tensor x, Tensor w) {
            return index == 0 ? op.product(kernels(), x, w) : op.product(kernels(), w, x);
        }

        /** {@code f(x, w) + addend}, which is of the product's shape. */
        Tensor productPlus(Tensor x, Tensor w, Tensor addend) {
            return op instanceof Fusible fusible && index == 0
                    ? fusible.product(kernels(), x, w, new Epilogue(null, addend, null))
                    : add(product(x, w), addend);
        }

        /** {@code f^T(s, w)}: the adjoint to this factor. */
        Tensor adjoint(Tensor s, Tensor w) {
            return call.adjoint(op, index, s, w);
        }

        /** {@code x f^T(s, w)}. */
        Tensor share(Tensor x, Tensor s, Tensor w) {
            return call.share(op, index, s, w, x);
        }

        /** A tensor derived from the other factor alone, kept with it if it is a weight. */
        Tensor weight(Object key, UnaryFn... steps) {
            return call.derived(1 - index, key, () -> apply(w(), steps));
        }

        /** {@code max(w, 0)}. */
        Tensor positiveWeight() {
            return weightPart(Part.POSITIVE);
        }

        /** {@code min(w, 0)}. */
        Tensor negativeWeight() {
            return weightPart(Part.NEGATIVE);
        }

        /** w where it has this sign, zero elsewhere. */
        Tensor weightPart(Part part) {
            return weight(part, part.function);
        }

        Tensor positive(Tensor t) {
            return kernels().unary(Part.POSITIVE.function, t);
        }

        private Tensor apply(Tensor t, UnaryFn... steps) {
            Tensor result = t;
            for (UnaryFn step : steps) {
                result = kernels().unary(step, result);
            }
            return result;
        }

        Tensor add(Tensor a, Tensor b) {
            return kernels().binary(BinaryFn.ADD, a, b);
        }

        Tensor mul(Tensor a, Tensor b) {
            return kernels().binary(BinaryFn.MUL, a, b);
        }

        Tensor scale(Tensor a, double factor) {
            return factor == 1 ? a : kernels().unary(new UnaryFn(UnaryFn.Kind.SCALE, factor, 0), a);
        }

        /** Books what a bias takes, {@code weight sum(s b)}. */
        void bookBias(Tensor s, Tensor b, double weight) {
            call.book(Sink.BIAS, weight, mul(call.sumTo(s, b.shape()), b));
        }

        /** {@code f(x, w)} plus the absorbed bias, {@code part} of it if given. */
        Tensor productWithBias(Tensor x, Tensor w, UnaryFn... part) {
            return call.bias().map(b -> productWith(x, w, apply(b, part))).orElseGet(() -> product(x, w));
        }

        /** {@code f(x, w) + b}, with a bias that broadcasts against the product. */
        Tensor productWith(Tensor x, Tensor w, Tensor b) {
            if (!(op instanceof Fusible fusible) || index != 0) {
                return add(product(x, w), b);
            }
            Shape shape = fusible.productShape(x.shape(), w.shape());
            int dim = fusible.biasDim(shape.rank()) - shape.rank() + b.rank();
            boolean perEntry = dim >= 0 && b.size(dim) == b.elements()
                    && b.size(dim) == shape.size(fusible.biasDim(shape.rank()));
            return perEntry
                    ? fusible.product(kernels(), x, w, new Epilogue(b.reshape(b.size(dim)), null, null))
                    : add(product(x, w), b);
        }

        /** z plus the absorbed bias, {@code part} of it if given. */
        Tensor withBias(Tensor z, UnaryFn... part) {
            return call.bias().map(b -> add(z, apply(b, part))).orElse(z);
        }

        /** {@code weight r / stabilised z}; what an absorbed bias (its given part) takes of it is booked. */
        Tensor quotient(double weight, Tensor r, Tensor z, Stabilizer stabilizer, UnaryFn... biasPart) {
            Tensor s = stabilizer.quotient(kernels(), weight, r, z);
            call.bias().ifPresent(b -> bookBias(s, apply(b, biasPart), 1));
            return s;
        }
    }

    /** A sign. */
    enum Part {
        POSITIVE(UnaryFn.Kind.RELU), NEGATIVE(UnaryFn.Kind.NEGATIVE_PART);

        final UnaryFn function;

        Part(UnaryFn.Kind kind) {
            function = UnaryFn.of(kind);
        }

        Part other() {
            return this == POSITIVE ? NEGATIVE : POSITIVE;
        }
    }
}
