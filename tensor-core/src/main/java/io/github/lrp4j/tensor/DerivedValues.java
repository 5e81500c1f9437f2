package io.github.lrp4j.tensor;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** {@code key -> value}: what was derived from the numbers of one storage and is kept with them. Thread-safe. */
final class DerivedValues {
    private final DerivedMemory memory;
    private final ConcurrentHashMap<Object, DerivedMemory.Entry> entries = new ConcurrentHashMap<>();

    DerivedValues(DerivedMemory memory) {
        this.memory = memory;
    }

    /** The value of {@code key}, computed if there is none. */
    @SuppressWarnings("unchecked")
    <T extends HeapSized> T get(Object key, Supplier<T> compute) {
        DerivedMemory.Entry entry = entries.get(key);
        if (entry == null) {
            // Two threads may both compute: the values are equal, and computing outside of the map allows nesting.
            DerivedMemory.Entry computed = new DerivedMemory.Entry(this, key, compute.get(), memory);
            entry = entries.putIfAbsent(key, computed);
            if (entry == null) {
                memory.admit(computed);
                return (T) computed.value;
            }
        }
        memory.touch(entry);
        return (T) entry.value;
    }

    List<DerivedMemory.Entry> entries() {
        return List.copyOf(entries.values());
    }

    boolean holds(DerivedMemory.Entry entry) {
        return entries.get(entry.key) == entry;
    }

    void remove(DerivedMemory.Entry entry) {
        entries.remove(entry.key, entry);
    }
}
