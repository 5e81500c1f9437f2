package io.github.lrp4j.autograd.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The arguments of a golden case as ops take them. */
record Arguments(JsonNode json) {
    boolean has(String name) {
        return json.has(name);
    }

    int number(String name) {
        return json.required(name).asInt();
    }

    int number(String name, int otherwise) {
        return json.path(name).asInt(otherwise);
    }

    double real(String name, double otherwise) {
        JsonNode stated = json.path(name);
        return stated.isTextual() ? switch (stated.asText()) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.NaN;
        } : stated.asDouble(otherwise);
    }

    boolean flag(String name) {
        return json.path(name).asBoolean();
    }

    String text(String name, String otherwise) {
        return json.path(name).asText(otherwise);
    }

    /** A list of numbers, or one number as a list; empty where nothing is stated. */
    List<Integer> list(String name) {
        JsonNode stated = json.path(name);
        if (stated.isNumber()) {
            return List.of(stated.asInt());
        }
        List<Integer> numbers = new ArrayList<>();
        stated.forEach(number -> numbers.add(number.asInt()));
        return numbers;
    }

    int[] array(String name) {
        return list(name).stream().mapToInt(Integer::intValue).toArray();
    }

    /** A number for each of {@code count} dimensions, however it is stated. */
    List<Integer> perDimension(String name, int count, int otherwise) {
        List<Integer> stated = list(name);
        return stated.size() == count
                ? stated
                : Collections.nCopies(count, stated.isEmpty() ? otherwise : stated.getFirst());
    }

    ConvSpec conv(int spatial) {
        return new ConvSpec(perDimension("stride", spatial, 1), perDimension("padding", spatial, 0),
                perDimension("dilation", spatial, 1), number("groups", 1));
    }

    PoolSpec pool(int spatial) {
        List<Integer> kernel = perDimension("kernel_size", spatial, 1);
        return new PoolSpec(kernel, has("stride") ? perDimension("stride", spatial, 1) : kernel,
                perDimension("padding", spatial, 0),
                perDimension("dilation", spatial, 1), flag("ceil_mode"),
                json.path("count_include_pad").asBoolean(true));
    }

    /** Number of dimensions of {@code normalized_shape}. */
    int normalizedDims() {
        return list("normalized_shape").size();
    }

    /** Sizes of the parts into which {@code shape} is cut along {@code dim}. */
    int[] parts(Shape shape) {
        if (has("split_sizes")) {
            return array("split_sizes");
        }
        int size = shape.size(number("dim"));
        int part = has("chunks") ? Math.ceilDiv(size, number("chunks")) : number("split_size");
        int[] sizes = new int[Math.ceilDiv(size, part)];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = Math.min(part, size - i * part);
        }
        return sizes;
    }
}
