package io.github.lrp4j.tensor.safetensors;

import io.github.lrp4j.tensor.DType;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The element types that the format names, by their names in files; not all of them have a {@link DType} here. */
enum StoredType {
    F64(DType.F64),
    F32(DType.F32),
    F16(DType.F16),
    BF16(DType.BF16),
    I64(DType.I64),
    I32(DType.I32),
    I16(DType.I16),
    I8(DType.I8),
    U8(DType.U8),
    BOOL(DType.BOOL),
    C64(64),
    U64(64),
    U32(32),
    U16(16),
    F8_E5M2(8),
    F8_E4M3(8),
    F8_E8M0(8),
    F8_E4M3FNUZ(8),
    F8_E5M2FNUZ(8),
    F6_E2M3(6),
    F6_E3M2(6),
    F4(4);

    private static final Map<String, StoredType> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(StoredType::name, Function.identity()));

    private final int bits;
    private final DType dtype;

    StoredType(DType dtype) {
        this.bits = 8 * dtype.bytes();
        this.dtype = dtype;
    }

    StoredType(int bits) {
        this.bits = bits;
        this.dtype = null;
    }

    /** The type that files call {@code name}, if the format knows it. */
    static Optional<StoredType> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The names of the types that tensors can have. */
    static String readable() {
        return Arrays.stream(values()).filter(type -> type.dtype != null).map(StoredType::name)
                .collect(Collectors.joining(", "));
    }

    /** Size of one element in bits. */
    int bits() {
        return bits;
    }

    /** The element type of tensors of this type, if there can be any. */
    Optional<DType> dtype() {
        return Optional.ofNullable(dtype);
    }
}
