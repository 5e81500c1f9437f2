package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.Storage;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Copies on a device of numbers that lie on the host and are no weights: an input that ten kernels read is copied once. The
 * ones that were used last are kept, while there are the host's numbers, as far as the bounds reach. Thread-safe.
 */
final class Recent {
    private static final int MOST_COPIES = 64;

    /** Which numbers; does not keep them alive. */
    private static final class Key extends WeakReference<Storage> {
        private final int hash;
        private final long from;
        private final long length;

        Key(Storage storage, long from, long length, ReferenceQueue<Storage> collected) {
            super(storage, collected);
            this.from = from;
            this.length = length;
            hash = Objects.hash(System.identityHashCode(storage), from, length);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            if (this == other) {
                return true;
            }
            Storage storage = get();
            return other instanceof Key key && storage != null && key.refersTo(storage) && key.from == from
                    && key.length == length;
        }
    }

    private final long mostBytes;
    private final LinkedHashMap<Key, DeviceStorage> copies = new LinkedHashMap<>(16, 0.75f, true);
    private final ReferenceQueue<Storage> collected = new ReferenceQueue<>();
    private long bytes;

    /** @param mostBytes bytes of all copies together */
    Recent(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** The copy of {@code length} numbers of {@code storage} from {@code from} on; made if there is none. */
    DeviceStorage copy(Storage storage, long from, long length, Supplier<DeviceStorage> make) {
        Key key = new Key(storage, from, length, collected);
        synchronized (this) {
            dropCollected();
            DeviceStorage found = copies.get(key);
            if (found != null) {
                return found;
            }
        }
        DeviceStorage made = make.get(); // Two threads may both copy: making room while others wait would lock them out.
        if (size(made) <= mostBytes) {
            synchronized (this) {
                DeviceStorage before = copies.put(key, made);
                bytes += size(made) - (before == null ? 0 : size(before));
                dropOldest();
            }
        }
        return made;
    }

    /** Gives all copies up: their memory returns when nobody uses them. */
    synchronized void clear() {
        copies.clear();
        bytes = 0;
    }

    private void dropOldest() {
        Iterator<DeviceStorage> oldest = copies.values().iterator();
        while (copies.size() > MOST_COPIES || bytes > mostBytes) {
            bytes -= size(oldest.next());
            oldest.remove();
        }
    }

    private void dropCollected() {
        for (Object key = collected.poll(); key != null; key = collected.poll()) {
            DeviceStorage copy = copies.remove(key);
            bytes -= copy == null ? 0 : size(copy);
        }
    }

    private static long size(DeviceStorage copy) {
        return copy.length() * copy.dtype().bytes();
    }
}
