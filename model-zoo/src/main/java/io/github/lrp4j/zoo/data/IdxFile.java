package io.github.lrp4j.zoo.data;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads IDX files of unsigned bytes, plain or gzipped: {@code 0 0 8 rank | size_1 ... size_rank | data}, sizes as
 * big-endian 32-bit integers, data row-major. The format of the MNIST family of data sets.
 */
public final class IdxFile {
    private IdxFile() {
    }

    /**
     * The file as a U8 tensor.
     *
     * @throws IdxFormatException naming file and offset if it is no such file, cut short, or longer than its header
     *     says
     */
    public static Tensor read(Path file) throws IOException {
        try (IdxStream stream = IdxStream.open(file)) {
            int[] sizes = stream.sizes();
            int length;
            try {
                length = Shape.of(sizes).arrayLength();
            } catch (IllegalArgumentException e) {
                throw new IdxFormatException(file, 4, e.getMessage());
            }
            byte[] data = stream.next(length);
            if (!stream.isAtEnd()) {
                throw new IdxFormatException(file, stream.offset(),
                        "more data than shape " + Arrays.toString(sizes) + " needs");
            }
            return Tensor.of(data, DType.U8, Shape.of(sizes));
        }
    }
}
