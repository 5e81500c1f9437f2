package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.RecordedValues;
import io.github.lrp4j.autograd.op.Add;
import io.github.lrp4j.autograd.op.BatchNorm;
import io.github.lrp4j.autograd.op.Sub;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A linear op with its neighbours merged into it: {@code z = B(x, w) + b}, scales of batch norms in w, their shifts and the
 * biases in b. What rules see of the op; computed when asked for, once.
 */
final class MergedLayer implements SiteValues {
    private final Graph graph;
    private final RecordedValues values;
    private final Merging.Group group;
    private final Node node;
    private final Linear op;
    private final Kernels kernels;
    private Tensor weight;
    private Tensor output;
    private Tensor bias;
    private boolean followed;
    private Tensor outputScale;

    MergedLayer(Graph graph, Kernels kernels, RecordedValues values, Merging.Group group) {
        this.graph = graph;
        this.values = values;
        this.group = group;
        this.node = graph.node(group.linear());
        this.op = (Linear) node.op();
        this.kernels = kernels;
    }

    @Override
    public Tensor operand(int i) {
        if (i == 1) {
            weight = weight == null ? scaledWeight() : weight;
            return weight;
        }
        return group.before() >= 0 ? values.operand(group.before(), 0) : values.operand(group.linear(), 0);
    }

    @Override
    public Tensor output(int o) {
        if (output == null) {
            follow();
            if (group.before() >= 0) {
                output = op.product(kernels, operand(0), operand(1));
            } else {
                Tensor z = values.output(group.linear(), 0);
                output = outputScale == null ? z : kernels.channelAffine(z, outputScale, null);
            }
        }
        return output;
    }

    @Override
    public List<Tensor> extras() {
        return values.extras(group.linear());
    }

    @Override
    public Optional<Tensor> bias() {
        return group.sharing() >= 0 ? Optional.empty() : added();
    }

    /** The view of the batch norm whose shift takes a share: of {@code z + t}, z is its operand and t its bias. */
    SiteValues shared() {
        return new SiteValues() {
            @Override
            public Tensor operand(int i) {
                return i == 0 ? MergedLayer.this.output(0) : values.operand(group.sharing(), i);
            }

            @Override
            public Tensor output(int o) {
                return values.output(group.sharing(), o);
            }

            @Override
            public List<Tensor> extras() {
                return values.extras(group.sharing());
            }

            @Override
            public Optional<Tensor> bias() {
                return added();
            }
        };
    }

    private Optional<Tensor> added() {
        follow();
        return Optional.ofNullable(bias);
    }

    /** Scale and bias of the output: {@code s z + b} after what follows the op. */
    private void follow() {
        if (followed) {
            return;
        }
        followed = true;
        bias = group.before() < 0 ? null : shiftOfInput();
        for (int index : group.after()) {
            Node neighbour = graph.node(index);
            switch (neighbour.op()) {
                case BatchNorm norm -> {
                    Tensor scale = scale(norm, index);
                    Tensor shift = aligned(shift(norm, scale, index), neighbour.outputShape(0));
                    Tensor wide = aligned(scale, neighbour.outputShape(0));
                    outputScale = outputScale == null ? scale : kernels.binary(BinaryFn.MUL, outputScale, scale);
                    bias = bias == null
                            ? shift
                            : kernels.binary(BinaryFn.ADD, kernels.binary(BinaryFn.MUL, bias, wide), shift);
                }
                case Additive addition -> {
                    Tensor term = term(addition, index);
                    bias = bias == null ? term : kernels.binary(BinaryFn.ADD, bias, term);
                }
                default -> throw new IllegalStateException(neighbour + " cannot be merged into " + node);
            }
        }
    }

    /** What an addition adds to its first operand. */
    private Tensor term(Additive addition, int index) {
        Tensor value = values.operand(index, 1);
        Tensor term =
                value.reshape(addition.broadcastShape(1, value.shape(), graph.node(index).outputShape(0)));
        return switch (addition) {
            case Sub sub -> kernels.unary(UnaryFn.of(UnaryFn.Kind.NEG), term);
            case Add add when add.alpha() != 1 ->
                kernels.unary(new UnaryFn(UnaryFn.Kind.SCALE, add.alpha(), 0), term);
            default -> term;
        };
    }

    /** The weight with its channels scaled: kept with the weight where everything that it is made of lives on. */
    private Tensor scaledWeight() {
        Tensor w = values.operand(group.linear(), 1);
        List<Scale> scales = group.norms(graph).mapToObj(this::scaleOf).toList();
        boolean lasts = !scales.isEmpty() && w.storage().isDurable() && scales.stream().allMatch(Scale::lasts);
        return lasts ? w.derived(scales, () -> scaled(w).durable()) : scaled(w);
    }

    private Tensor scaled(Tensor w) {
        follow();
        Shape a = node.operands().get(0).shape();
        Tensor scaled = w;
        if (outputScale != null) {
            Tensor over = op.overOutputChannels(kernels, outputScale, a, w.shape()).orElseThrow();
            scaled = kernels.binary(BinaryFn.MUL, scaled, over);
        }
        if (group.before() >= 0) {
            Tensor scale = scale((BatchNorm) graph.node(group.before()).op(), group.before());
            Tensor over = op.overInputChannels(kernels, scale, a, w.shape()).orElseThrow();
            scaled = kernels.binary(BinaryFn.MUL, scaled, over);
        }
        return scaled;
    }

    private Scale scaleOf(int norm) {
        return new Scale((BatchNorm) graph.node(norm).op(), values.operand(norm, BatchNorm.WEIGHT),
                values.operand(norm, BatchNorm.VARIANCE), norm == group.before());
    }

    /** {@code B(t, w)}: what the shift of the batch norm in front adds, where padding leaves it out. */
    private Tensor shiftOfInput() {
        BatchNorm norm = (BatchNorm) graph.node(group.before()).op();
        Shape input = graph.node(group.before()).outputShape(0);
        Tensor shift = shift(norm, scale(norm, group.before()), group.before());
        Tensor everywhere = aligned(shift, input).expand(input.with(0, 1));
        return op.product(kernels, everywhere, values.operand(group.linear(), 1));
    }

    private Tensor scale(BatchNorm norm, int index) {
        return norm.scale(kernels, values.operand(index, BatchNorm.WEIGHT), values.operand(index, BatchNorm.VARIANCE));
    }

    private Tensor shift(BatchNorm norm, Tensor scale, int index) {
        return norm.shift(kernels, scale, values.operand(index, BatchNorm.BIAS),
                values.operand(index, BatchNorm.MEAN));
    }

    /** Numbers per channel in a shape that broadcasts against {@code [N, C, ...]}. */
    private static Tensor aligned(Tensor perChannel, Shape output) {
        int[] sizes = new int[output.rank() - 1];
        Arrays.fill(sizes, 1);
        sizes[0] = perChannel.size(0);
        return perChannel.reshape(sizes);
    }

    /** What one batch norm scales a weight by; a list of them is the key of the scaled weight. */
    private record Scale(BatchNorm norm, Tensor weight, Tensor variance, boolean ofInput) {
        boolean lasts() {
            return weight.storage().isDurable() && variance.storage().isDurable();
        }
    }
}
