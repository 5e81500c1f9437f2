package io.github.lrp4j.tensor;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code sum of kept bytes <= limit}: how much memory all values take together that are {@linkplain Tensor#derived derived}
 * from weights (packed matrices, transformed filters, sign-clamped weights).
 *
 * <p>Where a new value does not fit, those go that were not used for the longest time; a value larger than the limit is
 * not kept at all. Whoever holds a value that goes keeps it, and the next who asks computes it again: results do not
 * depend on the limit, time does. One explanation uses all weights in turn, so that a limit below what a model derives
 * from them costs much of the gain.
 *
 * <p>What takes nothing of the heap, such as a copy on a device, is kept as long as its weights, whatever the limit.
 *
 * <p>Values belong to their weights and can be collected together with them; what is collected no longer counts.
 *
 * <p>The limit is half of the largest heap, or what the system property {@code lrp4j.derivedMemory} says: bytes, or a
 * number with {@code k}, {@code m}, {@code g} or {@code %} (of the largest heap). It is one for the whole process, as the
 * heap is. Thread-safe.
 */
public final class DerivedMemory {
    /** System property that sets the limit. */
    public static final String PROPERTY = "lrp4j.derivedMemory";

    private static final String DEFAULT = "50%";
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,18})([kmg%]?)");
    private static final DerivedMemory SHARED =
            new DerivedMemory(bytes(System.getProperty(PROPERTY, DEFAULT), Runtime.getRuntime().maxMemory()));

    /** A kept value; its weights hold it. */
    static final class Entry {
        final DerivedValues owner;
        final Object key;
        final HeapSized value;
        private final Mark mark;
        private volatile long lastUse;

        Entry(DerivedValues owner, Object key, HeapSized value, DerivedMemory memory) {
            this.owner = owner;
            this.key = key;
            this.value = value;
            mark = new Mark(this, value.heapBytes(), memory.collected);
        }
    }

    /** What this class knows of an entry, without keeping it alive. */
    private static final class Mark extends WeakReference<Entry> {
        final long bytes;

        Mark(Entry entry, long bytes, ReferenceQueue<Entry> collected) {
            super(entry, collected);
            this.bytes = bytes;
        }

        /** When the entry was last used; before all others if it was collected. */
        long lastUse() {
            Entry entry = get();
            return entry == null ? -1 : entry.lastUse;
        }
    }

    private final Set<Mark> marks = new HashSet<>();
    private final ReferenceQueue<Entry> collected = new ReferenceQueue<>();
    private final AtomicLong clock = new AtomicLong();
    private long limit;
    private long used;

    DerivedMemory(long limit) {
        this.limit = limit;
    }

    /** The memory of this process. */
    public static DerivedMemory shared() {
        return SHARED;
    }

    /** Most bytes that are kept. */
    public synchronized long limit() {
        return limit;
    }

    /**
     * Sets the limit; 0 keeps nothing. What exceeds it goes at once.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public synchronized void limit(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("derived memory: limit of " + bytes + " bytes, must not be negative");
        }
        limit = bytes;
        shrink();
    }

    /** Bytes that are kept. */
    public synchronized long used() {
        forgetCollected();
        return used;
    }

    /** The bytes that {@code amount} says, in the form of the system property. */
    static long bytes(String amount, long heap) {
        Matcher matcher = AMOUNT.matcher(amount);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(PROPERTY + " is '" + amount
                    + "', must be a number of bytes, or one with k, m, g or % such as 2g or 30%");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "k" -> saturated(number, 1L << 10);
            case "m" -> saturated(number, 1L << 20);
            case "g" -> saturated(number, 1L << 30);
            case "%" -> (long) (heap * (number / 100.0));
            default -> number;
        };
    }

    private static long saturated(long number, long unit) {
        return number > Long.MAX_VALUE / unit ? Long.MAX_VALUE : number * unit;
    }

    /** Notes that {@code entry} was used. */
    void touch(Entry entry) {
        entry.lastUse = clock.incrementAndGet();
    }

    /** Counts an entry that its owner holds, unless it is too large: the owner then gives it up. */
    synchronized void admit(Entry entry) {
        touch(entry);
        if (entry.mark.bytes > limit) {
            entry.owner.remove(entry);
        }
        if (!entry.owner.holds(entry)) {
            return;
        }
        marks.add(entry.mark);
        used += entry.mark.bytes;
        shrink();
    }

    private void shrink() {
        forgetCollected();
        while (used > limit) {
            Mark oldest = marks.stream().filter(mark -> mark.bytes > 0).min(Comparator.comparingLong(Mark::lastUse))
                    .orElseThrow();
            Entry entry = oldest.get();
            if (entry == null) {
                forget(oldest);
            } else {
                drop(entry);
            }
        }
    }

    /** Gives an entry up, together with what was derived from it. */
    private void drop(Entry entry) {
        forget(entry.mark);
        entry.owner.remove(entry);
        if (entry.value instanceof Tensor tensor) {
            tensor.storage().derivedEntries().forEach(this::drop);
        }
    }

    private void forgetCollected() {
        for (Object mark = collected.poll(); mark != null; mark = collected.poll()) {
            forget((Mark) mark);
        }
    }

    private void forget(Mark mark) {
        if (marks.remove(mark)) {
            used -= mark.bytes;
        }
    }
}
