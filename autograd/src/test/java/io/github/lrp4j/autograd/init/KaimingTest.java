package io.github.lrp4j.autograd.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class KaimingTest {
    private static final Shape WEIGHT = Shape.of(64, 16, 3, 3);

    private static double deviation(Tensor x) {
        double[] values = x.toDoubleArray();
        double mean = DoubleStream.of(values).average().orElseThrow();
        return Math.sqrt(DoubleStream.of(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
    }

    @Test
    void deviationsFollowTheConnections() {
        assertThat(Kaiming.RELU.deviation(WEIGHT)).isCloseTo(Math.sqrt(2.0 / (64 * 9)), within(1e-15));
        assertThat(new Kaiming(Kaiming.Fan.IN, 0).deviation(WEIGHT)).isCloseTo(Math.sqrt(2.0 / (16 * 9)),
                within(1e-15));
        assertThat(Kaiming.LAYER.deviation(Shape.of(10, 25))).isCloseTo(Math.sqrt(1.0 / 3 / 25), within(1e-15));
        // 9216 numbers: the sample deviation is within 3 % of the true one.
        for (Tensor drawn : new Tensor[] {Kaiming.RELU.normal(WEIGHT, new Random(1)),
            Kaiming.RELU.uniform(WEIGHT, new Random(2))}) {
            assertThat(deviation(drawn)).isCloseTo(Kaiming.RELU.deviation(WEIGHT),
                    within(0.03 * Kaiming.RELU.deviation(WEIGHT)));
        }
    }

    @Test
    void layersStayWithinOneOverTheRootOfTheirInputs() {
        Tensor weight = Kaiming.LAYER.uniform(Shape.of(40, 25), new Random(3));
        assertThat(DoubleStream.of(weight.toDoubleArray()).map(Math::abs).max().orElseThrow()).isBetween(0.19,
                0.2000001);
        Tensor bias = Kaiming.bias(Shape.of(40, 25), new Random(4));
        assertThat(bias.shape()).isEqualTo(Shape.of(40));
        assertThat(DoubleStream.of(bias.toDoubleArray()).map(Math::abs).max().orElseThrow()).isBetween(0.15, 0.2000001);
    }

    @Test
    void equalSeedsGiveEqualWeights() {
        assertThat(Kaiming.RELU.normal(WEIGHT, new Random(5)).toFloatArray())
                .isEqualTo(Kaiming.RELU.normal(WEIGHT, new Random(5)).toFloatArray())
                .isNotEqualTo(Kaiming.RELU.normal(WEIGHT, new Random(6)).toFloatArray());
        assertThat(Kaiming.RELU.normal(WEIGHT, new Random(5)).dtype()).isEqualTo(DType.F32);
    }

    @Test
    void vectorsHaveNoFan() {
        assertThatIllegalArgumentException().isThrownBy(() -> Kaiming.RELU.deviation(Shape.of(3)))
                .withMessageContaining("[3]");
    }
}
