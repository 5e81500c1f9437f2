package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;

/** Tensors whose numbers lie on one device: how kernels find their operands there and make their results. Thread-safe. */
interface DeviceTensors {
    /** The device. */
    Device device();

    /**
     * A fresh contiguous tensor; its numbers are undefined until a kernel writes them. F32, F64, I64, I32 or BOOL, U8, I8.
     * Its memory returns when it is {@linkplain CudaKernels#release released}, which a kernel also does with what it made for
     * itself and launched its last reader of; else when nobody can reach it any more.
     */
    Tensor allocate(DType dtype, Shape shape);

    /**
     * x on this device: x itself where it is there already, else a copy (the same strides over a copy of its numbers where
     * that is no more than x has elements, else contiguous). Half precision becomes F32, I16 becomes I64. Copies of durable
     * numbers (weights) are kept with them, as a whole; one number stretched to a shape is copied once per value; other
     * copies are found again for a while, so no placed tensor may be written to, or released. Every copy is a transfer that
     * the trace shows.
     */
    Tensor place(Tensor x);

    /**
     * As {@link #place}, as {@code dtype} and contiguous: x itself where it is all that. Converts by the kernels {@code cast}
     * and {@code contiguous}, which therefore do not call it.
     */
    Tensor dense(Tensor x, DType dtype);

    /**
     * Where the first element of x lies, which is on this device: what kernels are given. 0 where x has no elements.
     *
     * <p>x stays reachable, and thereby its memory its own, while the calling thread asks for the addresses of the next
     * {@value #MOST_IN_USE}: long enough to launch a kernel with this one, although nothing else refers to x any more.
     *
     * @throws IllegalArgumentException if x is not on this device
     * @throws IllegalStateException if x was released
     */
    long address(Tensor x);

    /** As many tensors may be in use by launches that a thread prepares. */
    int MOST_IN_USE = 64;
}
