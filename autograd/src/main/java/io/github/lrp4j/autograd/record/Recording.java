package io.github.lrp4j.autograd.record;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.Cast;
import io.github.lrp4j.tensor.Storage;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One reverse pass that is recorded: which of the tensors that it computes with stand for which values of the tape.
 *
 * <p>A tensor that depends on a parameter or an input is handed to the pass {@linkplain Tensor#traced() traced}, so that it,
 * its views and its copies are known by their storage. Everything else is a constant. One pass, one thread.
 */
public final class Recording {
    /** The tensor that a traced storage was made for, and the value that it stands for, found out when it is first asked for. */
    private static final class Known {
        final Tensor whole;
        private Supplier<Value> source;
        private Value value;

        Known(Tensor whole, Supplier<Value> source) {
            this.whole = whole;
            this.source = source;
        }

        Value value() {
            if (value == null) {
                value = source.get();
                source = null;
            }
            return value;
        }
    }

    private final Tape tape;
    private final RecordingKernels kernels;
    private final Map<Storage, Known> known = new IdentityHashMap<>();

    /** A pass that is recorded on {@code tape}. */
    public Recording(Tape tape) {
        this.tape = tape;
        this.kernels = new RecordingKernels(this, tape.kernels());
    }

    /** Where the pass computes. */
    public Kernels kernels() {
        return kernels;
    }

    Tape tape() {
        return tape;
    }

    /** The numbers of {@code value} for the pass to compute with; as they are if nothing can be differentiated there. */
    public Tensor traced(Value value) {
        boolean differentiable = value.node().isLive() && value.tensor().dtype().isFloating();
        return differentiable ? traced(value.tensor(), () -> value) : value.tensor();
    }

    /**
     * Numbers for the pass to compute with whose value is recorded only if the pass uses them.
     *
     * @param source the value, of the same shape
     */
    public Tensor traced(Tensor numbers, Supplier<Value> source) {
        Tensor whole = (DenseOrder.exists(numbers) ? numbers : tape.kernels().contiguous(numbers)).traced();
        known.put(whole.storage(), new Known(whole, source));
        return whole;
    }

    /** Whether these numbers depend on values of the tape. */
    boolean isTraced(Tensor tensor) {
        return tensor.storage().isTraced() && tensor.dtype().isFloating();
    }

    /** The value that {@code tensor}, a tensor of this pass, stands for: a constant if it depends on none. */
    public Value valueOf(Tensor tensor) {
        if (!isTraced(tensor)) {
            return tape.constant(tensor);
        }
        // Copies of copies: from the latest back to numbers that are known.
        Deque<Tensor> copies = new ArrayDeque<>();
        Tensor at = tensor;
        while (!known.containsKey(at.storage())) {
            Tensor copied = at.storage().copied().orElseThrow(
                    () -> new IllegalStateException("numbers of another recording, " + tensor.shape()));
            copies.push(at);
            at = copied;
        }
        while (true) {
            Known base = known.get(at.storage());
            Value view = ViewOps.of(base.value(), base.whole, at);
            if (copies.isEmpty()) {
                return view;
            }
            Tensor copy = copies.pop();
            Value value = view.tensor().dtype() == copy.dtype()
                    ? view
                    : tape.apply(new Cast(view.tensor().dtype(), copy.dtype()), view);
            known.put(copy.storage(), new Known(Tensor.contiguous(copy.storage(), value.shape()), () -> value));
            at = copy;
        }
    }
}
