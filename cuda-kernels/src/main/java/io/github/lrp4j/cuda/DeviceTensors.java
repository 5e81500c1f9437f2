package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;

/** Tensors whose numbers lie on one device: how kernels find their operands there and make their results. */
interface DeviceTensors {
    /** The device. */
    Device device();

    /** A fresh contiguous tensor; its numbers are undefined until a kernel writes them. F32, F64, I64, I32 or BOOL, U8, I8. */
    Tensor allocate(DType dtype, Shape shape);

    /**
     * x on this device: x itself where it is there already, else a copy (the same strides over a copy of its numbers where
     * that is no more than x has elements, else contiguous). Half precision becomes F32, I16 becomes I64. Copies of durable
     * numbers (weights) are kept with them; one number stretched to a shape is copied once per value. Every other copy is a
     * transfer that the trace shows.
     */
    Tensor place(Tensor x);

    /** As {@link #place}, as {@code dtype} and contiguous. */
    Tensor dense(Tensor x, DType dtype);

    /** Where the first element of x lies, which is on this device: what kernels are given. */
    long address(Tensor x);
}
