package io.github.lrp4j.autograd;

import io.github.lrp4j.autograd.record.Recording;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Statistics that an application left, traced to its operands: a mean depends on what it is the mean of. What they are
 * computed from is recorded when, and only if, the pass uses them.
 */
final class TracedExtras {
    private final Recording recording;
    private final Node node;
    private final IntFunction<Tensor> operands;
    private List<Tensor> recorded;

    /** @param operands the traced operands of {@code node} */
    TracedExtras(Recording recording, Node node, IntFunction<Tensor> operands) {
        this.recording = recording;
        this.node = node;
        this.operands = operands;
    }

    /** The extras with these numbers; indices and masks as they are. */
    List<Tensor> of(List<Tensor> numbers) {
        List<Tensor> traced = new ArrayList<>(numbers.size());
        for (int e = 0; e < numbers.size(); e++) {
            int extra = e;
            Tensor number = numbers.get(e);
            traced.add(number.dtype().isFloating()
                    ? recording.traced(number, () -> recording.valueOf(recorded().get(extra)))
                    : number);
        }
        return traced;
    }

    private List<Tensor> recorded() {
        if (recorded == null) {
            List<Tensor> given = new ArrayList<>();
            for (int i = 0; i < node.operands().size(); i++) {
                given.add(operands.apply(i));
            }
            recorded = node.op().forward(recording.kernels(), given).extras();
        }
        return recorded;
    }
}
