package io.github.lrp4j.cli.golden;

import io.github.lrp4j.evaluate.golden.ModelMethods;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.GoldenCase;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Relevance of whole networks equals the reference data under every method that a case gives: of the pixels, of the module
 * outputs in between and of the biases; the counts of Promises are the paper's, and the books balance.
 */
@Tag("golden")
class GoldenRelevanceTest {
    private static final Kernels REFERENCE = new ReferenceKernels();
    private static final Kernels FAST = Backends.select().kernels();

    static Stream<Arguments> relevances() {
        return GoldenRelevanceCheck.relevances();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("relevances")
    void inFloat64(GoldenCase golden, String name) {
        GoldenRelevanceCheck.check(golden, name, REFERENCE, DType.F64, false);
    }

    static Stream<Arguments> foldedRelevances() {
        return relevances().filter(each -> ModelMethods.folds(GoldenRelevanceCheck.method((String) each.get()[1])));
    }

    /** The same with batch norms folded into the weights beforehand, instead of merged on the graph. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("foldedRelevances")
    void inFloat64OfFoldedWeights(GoldenCase golden, String name) {
        GoldenRelevanceCheck.check(golden, name, REFERENCE, DType.F64, true);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("relevances")
    void inFloat32(GoldenCase golden, String name) {
        GoldenRelevanceCheck.check(golden, name, FAST, DType.F32, false);
    }
}
