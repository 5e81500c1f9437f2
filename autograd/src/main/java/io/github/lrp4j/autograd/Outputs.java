package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.Tensor;
import java.util.List;

/**
 * What an op computed.
 *
 * @param values the results, at least one
 * @param extras tensors that only the adjoint and replays read: statistics, indices, masks
 */
public record Outputs(List<Tensor> values, List<Tensor> extras) {
    /** One result and no extras. */
    public static Outputs of(Tensor value) {
        return new Outputs(List.of(value), List.of());
    }

    /** One result with extras. */
    public static Outputs of(Tensor value, Tensor... extras) {
        return new Outputs(List.of(value), List.of(extras));
    }
}
