package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Storage;
import io.github.lrp4j.tensor.Tensor;
import java.util.function.LongConsumer;

/** Questions to all numbers of a tensor that have one answer, yes or no, for which the host waits. */
final class RangeCheck {
    private final DeviceTensors tensors;

    RangeCheck(DeviceTensors tensors) {
        this.tensors = tensors;
    }

    /** Whether a number of x (I64, on the device) is below {@code low} or above {@code high}. */
    boolean leaves(Tensor x, long low, long high) {
        return x.elements() > 0 && found(flag -> tensors.device().launch("outside_i64", Grid.over(x.elements()),
                new Arguments().pointer(flag).pointer(tensors.address(x)).view(View.of(x.shape(), x)).i64(low)
                        .i64(high).i64(x.elements())));
    }

    /** Whether what {@code search} launches writes to the {@code int} whose address it gets, which begins as 0. */
    boolean found(LongConsumer search) {
        Tensor flag = tensors.allocate(DType.I32, Shape.SCALAR);
        long address = tensors.address(flag);
        tensors.device().zero(address, Integer.BYTES);
        search.accept(address);
        boolean found = flag.item() != 0;
        ((Storage.Device) flag.storage()).release();
        return found;
    }
}
