package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.ArrayList;
import java.util.List;

/** Cases of products and convolutions with what follows them: bias, addend, function, factor. */
final class EpilogueAgreement {
    private static final List<UnaryFn> FUNCTIONS = List.of(UnaryFn.of(UnaryFn.Kind.RELU), UnaryFn.of(UnaryFn.Kind.GELU),
            UnaryFn.of(UnaryFn.Kind.TANH), new UnaryFn(UnaryFn.Kind.LEAKY_RELU, 0.1, 0));

    /** Which of bias (operand 2), addend (operand 3) and factor (operand 4) take part, and the function. */
    private record Form(boolean bias, boolean addend, UnaryFn f, boolean factor) {
        Form(boolean bias, boolean addend, UnaryFn f) {
            this(bias, addend, f, false);
        }

        Epilogue of(Tensor[] t) {
            return new Epilogue(bias ? t[2] : null, addend ? t[3] : null, f, factor ? t[4] : null);
        }

        Form linear() {
            return new Form(bias, addend, null, factor);
        }
    }

    private EpilogueAgreement() {
    }

    private static List<Form> forms() {
        List<Form> forms = new ArrayList<>(List.of(new Form(false, false, null), new Form(true, false, null),
                new Form(false, true, null), new Form(true, true, null), new Form(false, false, FUNCTIONS.get(0)),
                new Form(true, true, FUNCTIONS.get(0)), new Form(false, false, null, true),
                new Form(true, true, FUNCTIONS.get(0), true)));
        FUNCTIONS.forEach(f -> forms.add(new Form(true, false, f)));
        return forms;
    }

    static void run(Comparison comparison) {
        products(comparison);
        convolutions(comparison);
        refusals(comparison);
    }

    private static void products(Comparison comparison) {
        for (List<Shape> pair : List.of(List.of(Shape.of(1, 70), Shape.of(70, 33)),
                List.of(Shape.of(29, 70), Shape.of(70, 70)), List.of(Shape.of(3, 5), Shape.of(5, 3)),
                List.of(Shape.of(40, 90), Shape.of(90, 3)), List.of(Shape.of(50, 64), Shape.of(64, 1)),
                List.of(Shape.of(2, 3, 17, 33), Shape.of(33, 15)), List.of(Shape.of(3, 5, 7), Shape.of(3, 7, 40)),
                List.of(Shape.of(2, 0), Shape.of(0, 4)), List.of(Shape.of(0, 3), Shape.of(3, 4)))) {
            Tensor a = TestTensors.normal(1, pair.get(0));
            Tensor b = TestTensors.normal(2, pair.get(1));
            Shape product = comparison.reference().matmul(a, b).shape();
            Tensor bias = TestTensors.normal(3, product.size(-1));
            Tensor addend = TestTensors.normal(4, product);
            Tensor factor = TestTensors.normal(20, product);
            for (Form form : forms()) {
                AgreementCase kernel = (k, t) -> k.fusedMatmul(t[0], t[1], form.of(t));
                AgreementCase linear = (k, t) -> k.fusedMatmul(t[0], t[1], form.linear().of(t));
                comparison.check("fusedMatmul " + form, tolerance(a.size(-1), linear), kernel, a, b, bias, addend,
                        factor);
            }
        }
        Form form = new Form(true, true, FUNCTIONS.get(0));
        AgreementCase kernel = (k, t) -> k.fusedMatmul(t[1], t[0], new Epilogue(t[2], t[3], form.f()));
        AgreementCase linear = (k, t) -> k.fusedMatmul(t[1], t[0], new Epilogue(t[2], t[3], null));
        for (int[] size : new int[][] {{150, 1600, 130}, {1, 1031, 519}, {300, 300, 2}}) {
            comparison.checkOnce("fusedMatmul " + form, tolerance(size[1], linear), kernel,
                    TestTensors.normal(5, size[1], size[2]), TestTensors.normal(6, size[0], size[1]),
                    TestTensors.normal(7, size[2]), TestTensors.normal(8, size[0], size[2]));
        }
    }

    private static void convolutions(Comparison comparison) {
        for (ConvolutionAgreement.Geometry geometry : List.of(
                ConvolutionAgreement.Geometry.square(2, 3, 20, 4, 7, 2, 3, 1, 1),
                ConvolutionAgreement.Geometry.square(2, 17, 9, 33, 3, 1, 1, 1, 1),
                ConvolutionAgreement.Geometry.square(1, 33, 6, 20, 1, 1, 0, 1, 1),
                ConvolutionAgreement.Geometry.square(2, 34, 5, 34, 1, 1, 0, 1, 2),
                ConvolutionAgreement.Geometry.square(2, 5, 8, 5, 3, 1, 1, 1, 5),
                ConvolutionAgreement.Geometry.square(1, 4, 9, 8, 5, 1, 2, 1, 4),
                ConvolutionAgreement.Geometry.square(0, 3, 5, 2, 3, 1, 1, 1, 1),
                ConvolutionAgreement.Geometry.of(new int[] {2, 4, 33}, new int[] {6, 2, 5}, List.of(2), List.of(2),
                        List.of(2), 2),
                ConvolutionAgreement.Geometry.of(new int[] {1, 4, 6, 5, 9}, new int[] {4, 2, 2, 3, 1},
                        List.of(2, 1, 2), List.of(0, 1, 0), List.of(1, 2, 1), 2))) {
            for (Form form : forms()) {
                check(comparison, geometry, form, true);
            }
            checkAdjoint(comparison, geometry, true);
        }
        ConvolutionAgreement.Geometry large = ConvolutionAgreement.Geometry.square(2, 64, 29, 66, 3, 1, 1, 1, 1);
        check(comparison, large, new Form(true, true, FUNCTIONS.get(0)), false);
        checkAdjoint(comparison, large, false);
    }

    private static void check(Comparison comparison, ConvolutionAgreement.Geometry geometry, Form form,
            boolean views) {
        ConvSpec spec = geometry.spec();
        Shape product = spec.outputShape(geometry.x(), geometry.w());
        AgreementCase kernel = (k, t) -> k.fusedConv(t[0], t[1], spec, form.of(t));
        AgreementCase linear = (k, t) -> k.fusedConv(t[0], t[1], spec, form.linear().of(t));
        Tolerance tolerance = tolerance(geometry.w().arrayLength() / geometry.w().size(0), linear);
        Tensor[] operands = {TestTensors.normal(9, geometry.x()), TestTensors.normal(10, geometry.w()),
            TestTensors.normal(11, product.size(1)), TestTensors.normal(12, product), TestTensors.normal(20, product)};
        if (views) {
            comparison.check("fusedConv " + form + spec, tolerance, kernel, operands);
        } else {
            comparison.checkOnce("fusedConv " + form + spec, tolerance, kernel, operands);
        }
    }

    private static void checkAdjoint(Comparison comparison, ConvolutionAgreement.Geometry geometry, boolean views) {
        ConvSpec spec = geometry.spec();
        AgreementCase kernel = (k, t) -> k.fusedConvInputAdjoint(t[0], t[1], geometry.x(), spec, t[2]);
        int terms = geometry.w().arrayLength() / geometry.w().size(1);
        Tensor[] operands = {TestTensors.normal(21, spec.outputShape(geometry.x(), geometry.w())),
            TestTensors.normal(10, geometry.w()), TestTensors.normal(9, geometry.x())};
        if (views) {
            comparison.check("fusedConvInputAdjoint " + spec, tolerance(terms, kernel), kernel, operands);
        } else {
            comparison.checkOnce("fusedConvInputAdjoint " + spec, tolerance(terms, kernel), kernel, operands);
        }
    }

    /** That of a sum of the same terms: the slopes of the functions stay below 1.2. */
    private static Tolerance tolerance(int terms, AgreementCase linear) {
        return Tolerance.scaled(8 + 1.2 * Math.sqrt(terms), linear);
    }

    private static void refusals(Comparison comparison) {
        Tensor a = TestTensors.normal(13, 2, 3);
        Tensor b = TestTensors.normal(14, 3, 4);
        Shape product = Shape.of(2, 4);
        Tensor bias = TestTensors.normal(15, 3);
        comparison.checkRefusal("fusedMatmul", IllegalArgumentException.class, List.of(product, bias.shape()),
                (k, t) -> k.fusedMatmul(t[0], t[1], new Epilogue(t[2], null, null)), a, b, bias);
        Tensor addend = TestTensors.normal(16, 1, 4);
        comparison.checkRefusal("fusedMatmul", IllegalArgumentException.class, List.of(product, addend.shape()),
                (k, t) -> k.fusedMatmul(t[0], t[1], new Epilogue(null, t[2], null)), a, b, addend);
        ConvSpec spec = ConvSpec.of(1, 1, 0);
        Tensor x = TestTensors.normal(17, 1, 2, 5);
        Tensor w = TestTensors.normal(18, 3, 2, 2);
        Tensor four = TestTensors.normal(19, 4);
        comparison.checkRefusal("fusedConv", IllegalArgumentException.class, List.of(Shape.of(1, 3, 4), four.shape()),
                (k, t) -> k.fusedConv(t[0], t[1], spec, new Epilogue(t[2], null, null)), x, w, four);
        Tensor g = TestTensors.normal(22, 1, 3, 4);
        comparison.checkRefusal("fusedConvInputAdjoint", IllegalArgumentException.class, List.of(x.shape(), g.shape()),
                (k, t) -> k.fusedConvInputAdjoint(t[0], t[1], x.shape(), spec, t[0]), g, w);
    }
}
