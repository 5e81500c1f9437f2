package io.github.lrp4j.zoo.text;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import java.util.List;

/**
 * Token ids of N sequences of one length T, shorter ones filled with padding.
 *
 * @param ids int64 {@code [N, T]}
 * @param types which segment a token belongs to, int64 {@code [N, T]}; null for segment 0 everywhere
 * @param mask 1 where there is a token and 0 where there is padding, int64 {@code [N, T]}; null for tokens everywhere
 */
public record TokenBatch(Tensor ids, Tensor types, Tensor mask) {
    /** Checks. */
    public TokenBatch {
        if (ids.rank() != 2 || ids.dtype() != DType.I64) {
            throw new IllegalArgumentException(
                    "token batch: ids must be int64 [N, T], got " + ids.dtype() + ids.shape());
        }
        requireLike(ids, types, "types");
        requireLike(ids, mask, "mask");
    }

    private static void requireLike(Tensor ids, Tensor other, String what) {
        if (other != null && (!other.shape().equals(ids.shape()) || other.dtype() != DType.I64)) {
            throw new IllegalArgumentException(
                    "token batch: " + what + " must be int64 " + ids.shape() + " like ids, got "
                            + other.dtype() + other.shape());
        }
    }

    /** One sequence without padding. */
    public static TokenBatch of(long... ids) {
        return new TokenBatch(Tensor.of(ids, 1, ids.length), null, null);
    }

    /**
     * Texts in rows, filled up with padding to the length of the longest.
     *
     * @param padding id of the token that fills up
     * @param withTypes whether the model knows segments
     */
    public static TokenBatch of(List<Encoding> rows, int padding, boolean withTypes) {
        int length = rows.stream().mapToInt(Encoding::length).max().orElse(0);
        long[] ids = new long[rows.size() * length];
        long[] types = new long[ids.length];
        long[] mask = new long[ids.length];
        for (int n = 0; n < rows.size(); n++) {
            Encoding row = rows.get(n);
            for (int t = 0; t < length; t++) {
                boolean there = t < row.length();
                ids[n * length + t] = there ? row.tokens().get(t).id() : padding;
                types[n * length + t] = there ? row.tokens().get(t).typeId() : 0;
                mask[n * length + t] = there ? 1 : 0;
            }
        }
        return new TokenBatch(Tensor.of(ids, rows.size(), length),
                withTypes ? Tensor.of(types, rows.size(), length) : null, Tensor.of(mask, rows.size(), length));
    }

    /** Number of sequences. */
    public int size() {
        return ids.size(0);
    }

    /** Length of the sequences. */
    public int length() {
        return ids.size(1);
    }

    /** Whether any place is padding. */
    public boolean isPadded() {
        if (mask != null) {
            for (long place : mask.toLongArray()) {
                if (place == 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** True where a key must not be read, BOOL {@code [N, 1, 1, T]}; null where there is no padding. */
    public Tensor forbidden() {
        if (!isPadded()) {
            return null;
        }
        long[] places = mask.toLongArray();
        byte[] forbidden = new byte[places.length];
        for (int i = 0; i < places.length; i++) {
            forbidden[i] = (byte) (places[i] == 0 ? 1 : 0);
        }
        return Tensor.of(forbidden, DType.BOOL, Shape.of(size(), 1, 1, length()));
    }

    /** The same places without the segments, each id moved one to the right; {@code first} comes in front. */
    public TokenBatch shiftedRight(long first) {
        long[] before = ids.toLongArray();
        long[] after = new long[before.length];
        for (int i = 0; i < before.length; i++) {
            after[i] = i % length() == 0 ? first : before[i - 1];
        }
        return new TokenBatch(Tensor.of(after, size(), length()), null, null);
    }

    /** Segments, zeros where none were given. */
    public Tensor typesOrZeros() {
        return types != null ? types : Tensor.of(new long[size() * length()], size(), length());
    }
}
