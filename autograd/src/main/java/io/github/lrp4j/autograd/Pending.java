package io.github.lrp4j.autograd;

import io.github.lrp4j.autograd.op.Add;
import io.github.lrp4j.autograd.op.AddBias;
import io.github.lrp4j.autograd.op.Elementwise;
import io.github.lrp4j.autograd.op.View;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;

/**
 * The numbers of a value that a {@link Fusible} op and its followers will give, {@code B(a, b) + bias + addend}, before they
 * are computed: another follower can still join the kernel.
 *
 * <p>Computed once, by whoever asks first, and then the operands are let go. What was joined by a follower and is asked for
 * after all is computed on its own. Thread-safe. Float32 only: there the shapes tell what the kernel will give.
 */
final class Pending {
    /** What is computed, and the name that an error would carry. */
    private record Product(Kernels kernels, String scope, Fusible op, Tensor a, Tensor b, Epilogue epilogue) {
        Product with(Epilogue other) {
            return new Product(kernels, scope, op, a, b, other);
        }

        Tensor compute() {
            try {
                return epilogue.equals(Epilogue.NONE)
                        ? op.product(kernels, a, b)
                        : op.product(kernels, a, b, epilogue);
            } catch (IllegalArgumentException e) {
                throw new OpException(op.name(), scope, e);
            }
        }
    }

    /** A product and then, once asked for, its numbers; its views share it. */
    private static final class Once {
        private Product product;
        private Tensor tensor;

        Once(Product product) {
            this.product = product;
        }

        synchronized Tensor tensor() {
            if (tensor == null) {
                tensor = product.compute();
                product = null;
            }
            return tensor;
        }

        /** What is to be computed, null if it has been. */
        synchronized Product open() {
            return product;
        }
    }

    private final Once once;
    private final Shape productShape;
    private final Shape shape;

    private Pending(Product product, Shape productShape, Shape shape) {
        this(new Once(product), productShape, shape);
    }

    private Pending(Once once, Shape productShape, Shape shape) {
        this.once = once;
        this.productShape = productShape;
        this.shape = shape;
    }

    /** Shape of the numbers. */
    Shape shape() {
        return shape;
    }

    /** Whether they have not been computed. */
    boolean isOpen() {
        return once.open() != null;
    }

    /** The numbers. */
    Tensor tensor() {
        Tensor tensor = once.tensor();
        return shape.equals(productShape) ? tensor : tensor.reshape(shape);
    }

    /**
     * What an op of one output gives, if it is a product or can join a product that is pending, else null: then it has to
     * be applied now. Operands that the kernel will read are computed here.
     */
    static Pending of(Kernels kernels, String scope, Op op, Value... operands) {
        return switch (op) {
            case Fusible product -> product(kernels, scope, product, operands[0].numbers(), operands[1].numbers());
            case AddBias addition -> biased(addition, operands[0], operands[1]);
            case Add addition when addition.alpha() == 1 -> {
                Pending sum = added(operands[0], operands[1]);
                yield sum != null ? sum : added(operands[1], operands[0]);
            }
            case View view -> viewed(view.shape(), operands[0]);
            default -> null;
        };
    }

    /** {@code f} of a value that is pending, by the kernel that computes it, or null if it is not pending or f no activation. */
    static Tensor activated(Op op, Value... operands) {
        Pending z = operands[0].pending();
        Product product = z == null ? null : z.once.open();
        if (product == null || !(op instanceof Elementwise f) || !isActivation(f.function())) {
            return null;
        }
        Epilogue linear = product.epilogue();
        Tensor y = product.with(new Epilogue(linear.bias(), linear.addend(), f.function())).compute();
        return y.reshape(z.shape);
    }

    /** Whether f is as a rule the last reader of its input: others, as in {@code x sigmoid(x)}, would leave it to be computed twice. */
    private static boolean isActivation(UnaryFn f) {
        return switch (f.kind()) {
            case RELU, LEAKY_RELU, ELU, GELU, GELU_TANH, SILU, HARDSWISH, CLAMP -> true;
            default -> false;
        };
    }

    private static Pending product(Kernels kernels, String scope, Fusible op, Tensor a, Tensor b) {
        if (!isSingle(a) || !isSingle(b)) {
            return null;
        }
        Shape shape;
        try {
            shape = op.productShape(a.shape(), b.shape());
            shape.arrayLength();
        } catch (IllegalArgumentException | ArithmeticException e) {
            // The kernel says it better.
            return null;
        }
        return new Pending(new Product(kernels, scope, op, a, b, Epilogue.NONE), shape, shape);
    }

    private static Pending biased(AddBias op, Value value, Value bias) {
        Pending z = value.pending();
        Tensor numbers = bias.numbers();
        Product product = z == null ? null : z.once.open();
        boolean fits = product != null && product.epilogue().equals(Epilogue.NONE) && z.shape.equals(z.productShape)
                && op.dim() == product.op().biasDim(z.shape.rank()) && numbers.rank() == 1
                && numbers.size(0) == z.shape.size(op.dim()) && isSingle(numbers);
        return fits ? new Pending(product.with(new Epilogue(numbers, null, null)), z.shape, z.shape) : null;
    }

    private static Pending added(Value value, Value other) {
        Pending z = value.pending();
        if (z == null || !z.isOpen() || !other.shape().equals(z.shape)) {
            return null;
        }
        Tensor addend = other.numbers();
        // The other value may be this one, or a view of it.
        Product product = z.once.open();
        boolean fits = product != null && product.epilogue().addend() == null && isSingle(addend)
                && addend.isContiguous();
        return fits
                ? new Pending(
                        product.with(new Epilogue(product.epilogue().bias(), addend.reshape(z.productShape), null)),
                        z.productShape, z.shape)
                : null;
    }

    private static Pending viewed(Shape shape, Value value) {
        Pending z = value.pending();
        boolean fits = z != null && z.isOpen() && shape.elements() == z.shape.elements();
        return fits ? new Pending(z.once, z.productShape, shape) : null;
    }

    private static boolean isSingle(Tensor x) {
        return x.dtype() == DType.F32 || x.dtype() == DType.F16 || x.dtype() == DType.BF16;
    }
}
