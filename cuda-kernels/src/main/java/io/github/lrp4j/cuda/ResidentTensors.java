package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Storage;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The tensors of one device, and the copies there of tensors that lie on the host: of weights for as long as there are the
 * weights, of single numbers by their value, of others {@linkplain Recent for a while}.
 *
 * <p>Memory returns when a tensor is {@linkplain CudaKernels#release released}, else when nobody can reach it any more. Thread-safe.
 */
final class ResidentTensors implements DeviceTensors {
    /** As many different constants are kept. */
    private static final int MOST_CONSTANTS = 1024;
    private static final long MOST_RECENT_BYTES = 256L << 20;

    /** Key of the copy of weights among what is derived from them. */
    private record Copy(ResidentTensors owner) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Copy copy && copy.owner == owner;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(owner);
        }
    }

    /** One number by its bits. */
    private record Constant(DType dtype, long bits) {
    }

    /** The most constants, those used last. */
    private static final class Constants extends LinkedHashMap<Constant, Tensor> {
        private static final long serialVersionUID = 1L;

        Constants() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Constant, Tensor> eldest) {
            return size() > MOST_CONSTANTS;
        }
    }

    /** The numbers that a thread was given the addresses of last: they stay reachable until a kernel that reads them is launched. */
    private static final class Addressed {
        private final Storage[] last = new Storage[MOST_IN_USE];
        private int next;

        void add(Storage storage) {
            last[next] = storage;
            next = (next + 1) % last.length;
        }
    }

    private final Device device;
    private final Kernels kernels;
    private final Transfers transfers = new Transfers();
    private final AtomicLong held = new AtomicLong();
    private final Recent recent = new Recent(MOST_RECENT_BYTES);
    private final Constants constants = new Constants();
    private final Copy copyKey = new Copy(this);
    private final ThreadLocal<Addressed> addressed = ThreadLocal.withInitial(Addressed::new);

    /** @param kernels those that compute on {@code device} with these tensors */
    ResidentTensors(Device device, Kernels kernels) {
        this.device = device;
        this.kernels = kernels;
    }

    @Override
    public Device device() {
        return device;
    }

    Kernels kernels() {
        return kernels;
    }

    Transfers transfers() {
        return transfers;
    }

    /** Bytes of all numbers on the device that were not given back yet. */
    long heldBytes() {
        return held.get();
    }

    /** Gives up all copies that can be made again, weights excepted. */
    void forget() {
        recent.clear();
        synchronized (constants) {
            constants.clear();
        }
    }

    @Override
    public Tensor allocate(DType dtype, Shape shape) {
        return Tensor.contiguous(storage(dtype, shape.elements(), true), shape);
    }

    private DeviceStorage storage(DType dtype, long length, boolean reusable) {
        DeviceBlock block = length == 0 ? null : new DeviceBlock(device, length * dtype.bytes(), held);
        return new DeviceStorage(this, dtype, length, block, reusable);
    }

    @Override
    public Tensor place(Tensor x) {
        if (x.storage() instanceof DeviceStorage storage && storage.owner() == this) {
            return x;
        }
        Tensor host = x.toHost();
        if (host.elements() == 0) {
            return allocate(HostNumbers.typeOnDevice(host.dtype()), host.shape());
        }
        Storage numbers = host.storage();
        if (numbers.length() == 1) {
            return constant(host).expand(host.shape());
        }
        if (numbers.isDurable()) {
            Tensor all = numbers.derive(copyKey,
                    () -> flat(copy(flat(numbers), false)).durable());
            return host.over(all.storage(), 0);
        }
        long span = host.span();
        if (span <= host.elements()) {
            long from = host.offset();
            Tensor part = flat(numbers).slice(0, Math.toIntExact(from), Math.toIntExact(from + span));
            return host.over(recent.copy(numbers, from, span, () -> copy(part, false)), from);
        }
        return Tensor.contiguous(copy(host.contiguous(), true), host.shape());
    }

    @Override
    public Tensor dense(Tensor x, DType dtype) {
        Tensor placed = place(x);
        Tensor typed = placed.dtype() == dtype ? placed : kernels.cast(placed, dtype);
        return typed.isContiguous() ? typed : kernels.contiguous(typed);
    }

    @Override
    public long address(Tensor x) {
        if (!(x.storage() instanceof DeviceStorage storage) || storage.owner() != this) {
            throw new IllegalArgumentException("cuda: " + x.dtype() + x.shape() + " is not on " + device.name()
                    + "; it has to be placed first");
        }
        addressed.get().add(storage);
        return storage.address() + x.offset() * x.dtype().bytes();
    }

    private Tensor constant(Tensor number) {
        Tensor one = flat(number.storage());
        DType dtype = HostNumbers.typeOnDevice(one.dtype());
        long bits = dtype.isFloating() ? Double.doubleToRawLongBits(one.item()) : one.toLongArray()[0];
        Constant key = new Constant(dtype, bits);
        synchronized (constants) {
            Tensor found = constants.get(key);
            if (found != null) {
                return found.reshape(Shape.SCALAR);
            }
        }
        Tensor made = Tensor.contiguous(copy(one, false), Shape.SCALAR);
        synchronized (constants) {
            constants.put(key, made);
        }
        return made;
    }

    /** Copies contiguous numbers of the host. */
    private DeviceStorage copy(Tensor host, boolean reusable) {
        DType dtype = HostNumbers.typeOnDevice(host.dtype());
        DeviceStorage made = storage(dtype, host.elements(), reusable);
        transfers.record(Transfers.Direction.TO_DEVICE, dtype, host.elements());
        HostNumbers.forEachPiece(host, (piece, from) -> device.write(piece, made.address() + from * dtype.bytes()));
        return made;
    }

    private static Tensor flat(Storage numbers) {
        return Tensor.contiguous(numbers, Shape.of(Math.toIntExact(numbers.length())));
    }
}
