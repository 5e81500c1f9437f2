package io.github.lrp4j.zoo.hostile;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Weights that are another network's: well-formed files with wrong keys, shapes and types, and damaged headers. */
final class WeightsMutation {
    private static final int[] SIZES = {0, 0, 1, 2, 3, 5, 64, 1 << 20, 1 << 30, Integer.MAX_VALUE};

    private final Random random;

    WeightsMutation(Random random) {
        this.random = random;
    }

    /** One to three tensors renamed, lost, exchanged, added, of another shape or of another type. */
    Map<String, Tensor> tensors(Map<String, Tensor> whole) {
        Map<String, Tensor> changed = new LinkedHashMap<>(whole);
        for (int n = random.nextInt(3); n >= 0 && !changed.isEmpty(); n--) {
            String key = key(changed);
            Tensor tensor = changed.get(key);
            switch (random.nextInt(8)) {
                case 0 -> changed.remove(key);
                case 1 -> {
                    changed.remove(key);
                    changed.put(renamed(key), tensor);
                }
                case 2 -> changed.put(renamed(key), tensor);
                case 3 -> {
                    String other = key(changed);
                    changed.put(key, changed.put(other, tensor));
                }
                case 4 -> changed.put(key, zeros(type(), tensor.shape()));
                case 5 -> changed.put(key, tensor.reshape(regrouped(sizes(tensor))));
                default -> changed.put(key, zeros(tensor.dtype(), resized(sizes(tensor))));
            }
        }
        return changed;
    }

    /** A header with damaged values or bytes before the same numbers. */
    byte[] header(byte[] file) throws IOException {
        int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] header = Arrays.copyOfRange(file, 8, 8 + length);
        Mutation mutation = new Mutation(random);
        byte[] damaged = random.nextInt(3) == 0
                ? mutation.bytes(header)
                : mutation.json(new ObjectMapper().readTree(header));
        return ByteBuffer.allocate(8 + damaged.length + file.length - 8 - length).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(damaged.length).put(damaged).put(file, 8 + length, file.length - 8 - length).array();
    }

    private String key(Map<String, Tensor> tensors) {
        return List.copyOf(tensors.keySet()).get(random.nextInt(tensors.size()));
    }

    private static int[] sizes(Tensor tensor) {
        return IntStream.range(0, tensor.rank()).map(tensor::size).toArray();
    }

    private static Tensor zeros(DType dtype, Shape shape) {
        return Tensor.mapped(MemorySegment.ofArray(new byte[Math.toIntExact(shape.elements() * dtype.bytes())]), dtype,
                shape);
    }

    private DType type() {
        return DType.values()[random.nextInt(DType.values().length)];
    }

    private String renamed(String key) {
        return switch (random.nextInt(5)) {
            case 0 -> key + "\u001b[0m\n" + "x".repeat(random.nextInt(3000));
            case 1 -> key.replaceFirst("\\d+", Integer.toString(random.nextInt(12)));
            case 2 -> key.replaceFirst("\\d+", "99999999999");
            case 3 -> key.replaceFirst("weight|bias", "running_mean");
            default -> key.substring(key.indexOf('.') + 1);
        };
    }

    /** As many numbers in other dimensions. */
    private int[] regrouped(int[] sizes) {
        int elements = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
        return switch (random.nextInt(4)) {
            case 0 -> new int[] {elements};
            case 1 -> new int[] {1, 1, 1, 1, elements};
            case 2 -> new int[] {elements, 1, 1, 1};
            default -> new int[] {1, elements};
        };
    }

    /** Other sizes; large ones only with a zero beside them, so that there are no numbers. */
    private Shape resized(int[] sizes) {
        List<Integer> others = new ArrayList<>(Arrays.stream(sizes).boxed().toList());
        int first = SIZES[random.nextInt(SIZES.length)];
        if (others.isEmpty() || random.nextInt(6) == 0) {
            others.add(random.nextInt(others.size() + 1), Math.min(first, 3));
        } else if (first < 6) {
            others.set(random.nextInt(others.size()), first);
        } else {
            others.set(random.nextInt(others.size()), first);
            int zero = random.nextInt(others.size());
            others.set(zero, 0);
        }
        return Shape.of(others.stream().mapToInt(Integer::intValue).toArray());
    }
}
