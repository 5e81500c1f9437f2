package io.github.lrp4j.tensor;

/** Something whose memory is counted: a value that is {@linkplain Tensor#derived derived} from weights and kept. */
public interface HeapSized {
    /** Bytes of the heap that it takes. */
    long heapBytes();
}
