package io.github.lrp4j.lrp.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.AddBias;
import io.github.lrp4j.autograd.op.Conv;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Selector;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Between two ReLUs the gamma rule needs two products, and gives what its three products give anywhere. */
class GammaBetweenRelusTest {
    private final AtomicInteger adjoints = new AtomicInteger();

    /** The reference, which counts convolutions on the way back, and may deny that relevance is cut off. */
    private Kernels kernels(boolean admits) {
        Kernels reference = new ReferenceKernels();
        return (Kernels) Proxy.newProxyInstance(Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("isZeroUnlessPositive") && !admits) {
                        return false;
                    }
                    if (method.getName().endsWith("onvInputAdjoint")) {
                        adjoints.incrementAndGet();
                    }
                    try {
                        return method.invoke(reference, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static List<Tensor> explained(Kernels kernels, Gamma gamma, boolean biased) {
        Tape tape = new Tape(kernels);
        Value x = tape.input("x", TestTensors.normal(1, DType.F64, Shape.of(2, 3, 6, 6)));
        Value w = tape.parameter("w", TestTensors.normal(2, DType.F64, Shape.of(4, 3, 3, 3)).durable());
        Value b = tape.parameter("b", TestTensors.normal(3, DType.F64, Shape.of(4)).durable());
        Value z = tape.apply(new Conv(ConvSpec.of(2, 1, 1)), x.relu(), w);
        Value y = (biased ? tape.apply(new AddBias(1), z, b) : z).relu();
        RuleTable rules = RuleTable.of(Selector.every(Conv.class).use(gamma),
                Selector.every(AddBias.class).use(new AbsorbBias()));
        Tensor positive = kernels.binary(BinaryFn.GREATER, y.tensor(), Tensor.scalar(0, DType.F64));
        Tensor r = kernels.where(positive, TestTensors.normal(4, DType.F64, y.shape()), Tensor.scalar(0, DType.F64));
        Relevance relevance = Lrp.with(rules).explain(y, Seed.of(r));
        return List.of(relevance.of(x), Tensor.scalar(relevance.ledger().at(Sink.BIAS), DType.F64));
    }

    @ParameterizedTest
    @CsvSource({"0.25, NEGATIVE, true", "0.25, NOTHING, true", "100, NEGATIVE, false", "100, NOTHING, false"})
    void twoProductsGiveWhatThreeGive(double weight, Gamma.AtZero atZero, boolean biased) {
        Gamma gamma = new Gamma(weight, 1e-9, atZero, Factors.ACTIVATIONS);
        List<Tensor> few = explained(kernels(true), gamma, biased);
        assertThat(adjoints.getAndSet(0)).isEqualTo(1);
        List<Tensor> many = explained(kernels(false), gamma, biased);
        assertThat(adjoints.get()).isEqualTo(2);
        for (int i = 0; i < few.size(); i++) {
            TensorAssert.assertCloseOfMax(few.get(i), many.get(i), 1e-12);
        }
    }
}
