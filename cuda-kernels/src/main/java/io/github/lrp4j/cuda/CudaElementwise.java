package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Operands;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.Locale;

/** Functions of one, two or three tensors, element by element: {@code elementwise.cu}. */
final class CudaElementwise {
    /** A thread moves 16 bytes at a time where it can. */
    private static final int PACK_BYTES = 16;

    private final DeviceTensors tensors;
    private final CudaLayout layout;
    private final RangeCheck range;

    CudaElementwise(DeviceTensors tensors) {
        this.tensors = tensors;
        layout = new CudaLayout(tensors);
        range = new RangeCheck(tensors);
    }

    // ---- one tensor ---------------------------------------------------------------------------------------------

    Tensor unary(UnaryFn f, Tensor x) {
        DType type = Operands.realType(x);
        Tensor y = tensors.allocate(type, x.shape());
        launch("unary_", y, call -> call.i32(f.kind().ordinal()).f64(f.alpha()).f64(f.beta()), layout.typed(x, type));
        return y;
    }

    Tensor unaryVjp(UnaryFn f, Tensor x, Tensor g) {
        Operands.requireSameShape(name(f.kind()) + " vjp", x.shape(), g.shape());
        DType type = Operands.realType(x, g);
        Tensor y = tensors.allocate(type, x.shape());
        launch("unary_vjp_", y, call -> call.i32(f.kind().ordinal()).f64(f.alpha()).f64(f.beta()),
                layout.typed(x, type), layout.typed(g, type));
        return y;
    }

    Tensor unaryVjpFromOutput(UnaryFn f, Tensor output, Tensor g) {
        Operands.requireSameShape(name(f.kind()) + " vjp", output.shape(), g.shape());
        if (!f.derivativeNeedsOnlyOutput()) {
            throw new IllegalArgumentException(f.kind() + ": the derivative needs the input");
        }
        DType type = Operands.realType(output, g);
        Tensor y = tensors.allocate(type, output.shape());
        launch("unary_vjp_from_output_", y, call -> call.i32(f.kind().ordinal()), layout.typed(output, type),
                layout.typed(g, type));
        return y;
    }

    // ---- two and three tensors ----------------------------------------------------------------------------------

    Tensor binary(BinaryFn f, Tensor a, Tensor b) {
        Shape shape = Operands.broadcast(name(f), a.shape(), b.shape());
        DType type = Operands.resultType(a, b);
        boolean comparison = f == BinaryFn.EQUAL || f == BinaryFn.GREATER;
        boolean real = type.isFloating() || f == BinaryFn.DIV;
        DType computed = real ? realCarrier(a, b) : DType.I64;
        Tensor left = layout.typed(a, computed).expand(shape);
        Tensor right = layout.typed(b, computed).expand(shape);
        if (f == BinaryFn.POW && !real) {
            requirePositive(left, right);
        }
        Tensor y = tensors.allocate(comparison ? DType.BOOL : computed, shape);
        launch(comparison ? "compare_" : "binary_", y, call -> call.i32(f.ordinal()), left, right);
        return comparison ? y : layout.cast(y, real ? Operands.realType(a, b) : type);
    }

    /** The type in which real numbers and integers meet without rounding: large integers are no float32. */
    private static DType realCarrier(Tensor a, Tensor b) {
        boolean large = isLargeInteger(a.dtype()) || isLargeInteger(b.dtype());
        return large ? DType.F64 : Operands.realType(a, b);
    }

    private static boolean isLargeInteger(DType dtype) {
        return dtype == DType.I64 || dtype == DType.I32;
    }

    private void requirePositive(Tensor base, Tensor exponent) {
        if (!range.leaves(exponent, 0, Long.MAX_VALUE)) {
            return;
        }
        long[] bases = base.toLongArray();
        long[] exponents = exponent.toLongArray();
        for (int i = 0; i < exponents.length; i++) {
            if (exponents[i] < 0) {
                throw new IllegalArgumentException(
                        "pow: integer " + bases[i] + " to the negative power " + exponents[i]);
            }
        }
    }

    Tensor where(Tensor condition, Tensor a, Tensor b) {
        Shape shape = Operands.broadcast("where", condition.shape(), Operands.broadcast("where", a.shape(), b.shape()));
        DType type = Operands.resultType(a, b);
        Tensor y = tensors.allocate(type, shape);
        launch("where_" + CudaLayout.width(type), y, call -> call, layout.typed(condition, DType.BOOL).expand(shape),
                layout.typed(a, type).expand(shape), layout.typed(b, type).expand(shape));
        return y;
    }

    // ---- what rules of relevance compute ------------------------------------------------------------------------

    Tensor absoluteShare(Tensor r, Tensor a, Tensor b, double eps) {
        DType type = Operands.realType(r, a, b);
        Tensor y = tensors.allocate(type, r.shape());
        launch("absolute_share_", y, call -> call.f64(eps), layout.typed(r, type),
                stretched("absoluteShare", a, r, type), stretched("absoluteShare", b, r, type));
        return y;
    }

    Tensor stabilizedQuotient(Tensor r, Tensor z, double eps) {
        return quotient("stabilizedQuotient", 1, r, z, eps, true);
    }

    Tensor shiftedQuotient(Tensor r, Tensor z, double eps) {
        return quotient("shiftedQuotient", 1, r, z, eps, false);
    }

    Tensor weightedQuotient(double weight, Tensor r, Tensor z, double eps, boolean signed) {
        return quotient("weightedQuotient", weight, r, z, eps, signed);
    }

    private Tensor quotient(String kernel, double weight, Tensor r, Tensor z, double eps, boolean signed) {
        DType type = Operands.realType(r, z);
        Tensor y = tensors.allocate(type, r.shape());
        launch("quotient_", y, call -> call.f64(weight).f64(eps).f64(signed ? -eps : eps), layout.typed(r, type),
                stretched(kernel, z, r, type));
        return y;
    }

    Tensor signedMix(Tensor x, Tensor s, double a, Tensor t, double b) {
        Operands.requireSameShape("signedMix", s.shape(), t.shape());
        DType type = Operands.realType(x, s, t);
        Tensor y = tensors.allocate(type, s.shape());
        launch("signed_mix_", y, call -> call.f64(a).f64(b), stretched("signedMix", x, s, type),
                layout.typed(s, type), layout.typed(t, type));
        return y;
    }

    Tensor signedShare(Tensor x, Tensor a, Tensor b) {
        Operands.requireSameShape("signedShare", a.shape(), b.shape());
        DType type = Operands.realType(x, a, b);
        Tensor y = tensors.allocate(type, a.shape());
        launch("signed_share_", y, call -> call, stretched("signedShare", x, a, type), layout.typed(a, type),
                layout.typed(b, type));
        return y;
    }

    boolean isZeroUnlessPositive(Tensor r, Tensor y) {
        DType type = Operands.realType(r, y);
        Tensor relevance = layout.typed(r, type);
        Tensor output = stretched("isZeroUnlessPositive", y, r, type);
        View view = View.of(r.shape(), relevance, output);
        long cells = r.elements();
        return cells == 0 || !range.found(flag -> tensors.device().launch("find_relevance_" + CudaLayout.suffix(type),
                Grid.over(cells), new Arguments().pointer(flag).pointer(tensors.address(relevance))
                        .pointer(tensors.address(output)).view(view).i32(view.isFlat() ? 1 : 0).i64(cells)));
    }

    private Tensor stretched(String kernel, Tensor x, Tensor target, DType type) {
        return Operands.expand(kernel, layout.typed(x, type), target.shape());
    }

    // ---- launches -----------------------------------------------------------------------------------------------

    /** The constants of one call. */
    @FunctionalInterface
    private interface Constants {
        Arguments add(Arguments call);
    }

    /** {@code kernel(y, operands..., view, flat, constants..., cells)}; a name that ends in _ takes the type of the last operand. */
    private void launch(String kernel, Tensor y, Constants constants, Tensor... operands) {
        long cells = y.elements();
        if (cells == 0) {
            return;
        }
        View view = View.of(y.shape(), operands);
        Arguments call = new Arguments().pointer(tensors.address(y));
        for (Tensor operand : operands) {
            call.pointer(tensors.address(operand));
        }
        boolean flat = view.isFlat();
        DType type = operands[operands.length - 1].dtype();
        String name = kernel.endsWith("_") ? kernel + CudaLayout.suffix(type) : kernel;
        Grid grid = Grid.over(flat ? Math.ceilDiv(cells, PACK_BYTES / type.bytes()) : cells);
        tensors.device().launch(name, grid, constants.add(call.view(view).i32(flat ? 1 : 0)).i64(cells));
    }

    private static String name(Enum<?> function) {
        return function.name().toLowerCase(Locale.ROOT);
    }
}
