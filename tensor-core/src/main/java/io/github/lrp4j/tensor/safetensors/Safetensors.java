package io.github.lrp4j.tensor.safetensors;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One safetensors file, mapped into memory: {@code name -> tensor}.
 *
 * <p>{@link #open} reads and checks the header only; a file of any size opens at once and takes no heap. There is
 * nothing to close: the file stays mapped as long as this object or any tensor from it is reachable, so a tensor can
 * never point to memory that is gone. The mapping is of the file itself: replacing the file by another (as
 * {@link SafetensorsWriter} does) leaves the tensors as they were, but a file that another program shortens in place
 * makes reading them fail with an {@link InternalError}. On Windows a mapped file cannot be deleted or replaced.
 *
 * <p>Immutable and thread-safe.
 */
public final class Safetensors implements TensorSource {
    private static final int NAMES_SHOWN = 3;

    private final Path file;
    private final MemorySegment content;
    private final Header header;

    private Safetensors(Path file, MemorySegment content) throws SafetensorsException {
        this.file = file;
        this.content = content;
        this.header = HeaderReader.read(file, content);
    }

    /**
     * Maps {@code file} and checks its header.
     *
     * @throws SafetensorsException if the file cannot be read or breaks a rule of the format (see the package
     *     description)
     */
    public static Safetensors open(Path file) throws SafetensorsException {
        return new Safetensors(file, MappedFile.map(file));
    }

    /**
     * The tensors of a file whose bytes are at hand already, such as a class path resource. The bytes are not copied
     * and must not change any more.
     *
     * @param name stands for the file in messages; no such file need exist
     * @throws SafetensorsException if the bytes break a rule of the format
     */
    public static Safetensors of(byte[] content, Path name) throws SafetensorsException {
        return new Safetensors(name, MemorySegment.ofArray(content).asReadOnly());
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public Set<String> names() {
        return header.tensors().keySet();
    }

    @Override
    public Tensor get(String name) throws SafetensorsException {
        TensorEntry entry = entry(name);
        return Tensor.mapped(content.asSlice(header.dataStart() + entry.begin, entry.size()), dtype(name), shape(name));
    }

    @Override
    public DType dtype(String name) throws SafetensorsException {
        TensorEntry entry = entry(name);
        return entry.type().flatMap(StoredType::dtype).orElseThrow(() -> fault(entry, "type "
                + SafetensorsException.shown(entry.typeName) + " cannot be read; the types that can are "
                + StoredType.readable()));
    }

    @Override
    public Shape shape(String name) throws SafetensorsException {
        TensorEntry entry = entry(name);
        return Shape.of(entry.sizes().orElseThrow(
                () -> fault(entry, "shape " + entry.shapeText() + " has a size beyond " + Integer.MAX_VALUE)));
    }

    @Override
    public Map<String, String> metadata() {
        return header.metadata();
    }

    private TensorEntry entry(String name) throws SafetensorsException {
        TensorEntry entry = header.tensors().get(name);
        if (entry == null) {
            throw noSuchTensor(this, name);
        }
        return entry;
    }

    private SafetensorsException fault(TensorEntry entry, String what) {
        return new SafetensorsException(file, entry.name, header.dataStart() + entry.begin, what, null);
    }

    static SafetensorsException noSuchTensor(TensorSource source, String name) {
        Set<String> names = source.names();
        String some =
                names.stream().limit(NAMES_SHOWN).map(SafetensorsException::quoted).collect(Collectors.joining(", "));
        return new SafetensorsException(source.file(), name, "no such tensor; there are " + names.size()
                + (names.isEmpty() ? "" : ": " + some + (names.size() > NAMES_SHOWN ? ", ..." : "")));
    }

    /** The file and its number of tensors. */
    @Override
    public String toString() {
        return file + " (" + names().size() + " tensors)";
    }
}
