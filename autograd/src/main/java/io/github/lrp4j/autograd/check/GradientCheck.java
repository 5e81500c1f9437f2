package io.github.lrp4j.autograd.check;

import static io.github.lrp4j.tensor.kernels.BinaryFn.ADD;
import static io.github.lrp4j.tensor.kernels.BinaryFn.MUL;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * {@code <u, (f(x + h v) - f(x - h v)) / 2h> = <vjp(u), v>}: the numeric directional derivative against the reverse sweep,
 * for random directions v of one input at a time and random cotangents u.
 *
 * <p>Inputs are float64 (others, such as indices and masks, are held fixed) and the function must be smooth around them:
 * away from kinks, ties and poles. Kernels must compute in float64.
 * <pre>{@code new GradientCheck(kernels).require(x -> List.of(x.get(0).matmul(x.get(1)).tanh()), a, b);}</pre>
 */
public final class GradientCheck {
    /** A function of some values that yields some values of the same tape. */
    @FunctionalInterface
    public interface Function {
        /** The results for these inputs. */
        List<Value> apply(List<Value> inputs);
    }

    /**
     * A derivative that is wrong.
     *
     * @param op name of the op that produced the (first) result
     * @param operand index of the input
     * @param shape its shape
     * @param numeric the directional derivative by central differences
     * @param analytic the same by the vector-Jacobian product
     */
    public record Difference(String op, int operand, Shape shape, double numeric, double analytic) {
        @Override
        public String toString() {
            return op + ": gradient of operand " + operand + " " + shape + " is wrong, numeric " + numeric + ", vjp "
                    + analytic;
        }
    }

    private static final int DIRECTIONS = 3;

    private final Kernels kernels;
    private final double step;
    private final double tolerance;
    private final long seed;

    /** A check with steps of 1e-5 and a relative tolerance of 1e-7. */
    public GradientCheck(Kernels kernels) {
        this(kernels, 1e-5, 1e-7, 1);
    }

    /**
     * @param step h, about the third root of the rounding unit
     * @param tolerance largest allowed difference, relative to the derivative or 1
     * @param seed of the directions and cotangents
     */
    public GradientCheck(Kernels kernels, double step, double tolerance, long seed) {
        this.kernels = kernels;
        this.step = step;
        this.tolerance = tolerance;
        this.seed = seed;
    }

    /** Checks one op at these operands. */
    public void require(Op op, Tensor... operands) {
        require(values -> values.get(0).tape().applyAll(op, values.toArray(Value[]::new)), operands);
    }

    /**
     * Checks a function at these inputs.
     *
     * @throws AssertionError listing the differences, if there are any
     */
    public void require(Function function, Tensor... inputs) {
        List<Difference> differences = differences(function, inputs);
        if (!differences.isEmpty()) {
            throw new AssertionError(String.join("; ", differences.stream().map(Difference::toString).toList()));
        }
    }

    /** The derivatives of a function at these inputs that are wrong; none if all is well. */
    public List<Difference> differences(Function function, Tensor... inputs) {
        Random random = new Random(seed);
        Tape tape = new Tape(kernels);
        List<Value> values = inputs(tape, inputs);
        List<Value> results =
                function.apply(values).stream().filter(result -> result.tensor().dtype().isFloating()).toList();
        Tensor[] cotangents = results.stream().map(result -> normal(random, result.shape())).toArray(Tensor[]::new);
        Gradients gradients = Gradients.vjp(results.toArray(Value[]::new), cotangents);
        List<Difference> differences = new ArrayList<>();
        for (int i = 0; i < inputs.length; i++) {
            if (!inputs[i].dtype().isFloating()) {
                continue;
            }
            if (inputs[i].dtype() != DType.F64) {
                throw new IllegalArgumentException(
                        "gradient check: input " + i + " must be float64, got " + inputs[i].dtype());
            }
            for (int d = 0; d < DIRECTIONS; d++) {
                Tensor direction = normal(random, inputs[i].shape());
                double above = projected(function, moved(inputs, i, direction, step), cotangents);
                double below = projected(function, moved(inputs, i, direction, -step), cotangents);
                double numeric = (above - below) / (2 * step);
                double analytic = dot(gradients.of(values.get(i)), direction);
                double scale = Math.max(1, Math.max(Math.abs(numeric), Math.abs(analytic)));
                // Written so that NaN counts as a difference.
                if (!(Math.abs(numeric - analytic) <= tolerance * scale)) {
                    differences.add(
                            new Difference(results.get(0).node().op().name(), i, inputs[i].shape(), numeric, analytic));
                    break;
                }
            }
        }
        return differences;
    }

    private static List<Value> inputs(Tape tape, Tensor[] inputs) {
        List<Value> values = new ArrayList<>(inputs.length);
        for (int i = 0; i < inputs.length; i++) {
            values.add(tape.input("operand " + i, inputs[i]));
        }
        return values;
    }

    private double projected(Function function, Tensor[] inputs, Tensor[] cotangents) {
        double sum = 0;
        int next = 0;
        for (Value result : function.apply(inputs(new Tape(kernels), inputs))) {
            if (result.tensor().dtype().isFloating()) {
                sum += dot(result.tensor(), cotangents[next++]);
            }
        }
        return sum;
    }

    private Tensor[] moved(Tensor[] inputs, int i, Tensor direction, double amount) {
        Tensor[] moved = inputs.clone();
        moved[i] = kernels.binary(ADD, inputs[i], kernels.unary(new UnaryFn(UnaryFn.Kind.SCALE, amount, 0), direction));
        return moved;
    }

    private double dot(Tensor a, Tensor b) {
        return kernels.total(kernels.binary(MUL, a, b));
    }

    private static Tensor normal(Random random, Shape shape) {
        double[] values = new double[shape.arrayLength()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        return Tensor.of(values, shape);
    }
}
