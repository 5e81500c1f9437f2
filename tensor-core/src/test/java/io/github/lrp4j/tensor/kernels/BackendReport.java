package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.Tensor;

/** A program that selects a backend, adds two numbers with it and prints the choice. */
final class BackendReport {
    private BackendReport() {
    }

    /** Prints the name, the sum and each refusal on a line of its own. */
    public static void main(String[] args) {
        Backends.Backend backend = Backends.select();
        Tensor one = Tensor.of(new float[] {1}, 1);
        System.out.println(backend.name());
        System.out.println(backend.kernels().binary(BinaryFn.ADD, one, one).item());
        backend.refusals().forEach(System.out::println);
    }
}
