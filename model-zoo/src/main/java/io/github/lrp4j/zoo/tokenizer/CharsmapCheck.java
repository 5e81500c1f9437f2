package io.github.lrp4j.zoo.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.BitSet;

/**
 * {@code trie size | trie | replacements}: the table of a normalizer {@code Precompiled}, in base64.
 *
 * <p>The trie is a double array of 32-bit units: from the state {@code s}, the byte {@code c} leads to the unit
 * {@code s ^ c}, if that unit's label is {@code c}, and on to the state {@code s ^ c ^ offset(unit)}; the unit at a
 * state that ends a key holds where its replacement begins, which ends at a NUL. The library follows this without
 * looking whether it leaves the array or the replacements. Here every state that any bytes lead to is visited once.
 *
 * @see <a href="https://github.com/s-yata/darts-clone">the double array</a>
 */
final class CharsmapCheck {
    private static final int LONGEST_REPLACEMENT = 1024;

    private final Faults faults;
    private final String path;
    private final IntBuffer units;
    private final byte[] replacements;
    private int longest;

    private CharsmapCheck(Faults faults, String path, IntBuffer units, byte[] replacements) {
        this.faults = faults;
        this.path = path;
        this.units = units;
        this.replacements = replacements;
    }

    /**
     * Bytes of the longest replacement of the table {@code encoded}.
     *
     * @param path where it stands in the file
     * @throws TokenizerException if some text would lead out of the table
     */
    static int longest(Faults faults, String path, String encoded) throws TokenizerException {
        byte[] table = decoded(faults, path, encoded);
        if (table.length < Integer.BYTES) {
            throw faults.at(path, "damaged: " + table.length + " bytes, fewer than the 4 of the trie's size");
        }
        ByteBuffer bytes = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
        long size = Integer.toUnsignedLong(bytes.getInt());
        if (size > bytes.remaining() || size % Integer.BYTES != 0 || size == 0) {
            throw faults.at(path, "damaged: a trie of " + size + " bytes in the " + bytes.remaining()
                    + " bytes that follow its size");
        }
        IntBuffer units = bytes.slice(Integer.BYTES, (int) size).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        byte[] replacements = new byte[bytes.remaining() - (int) size];
        bytes.get(Integer.BYTES + (int) size, replacements);
        requireText(faults, path, replacements);
        CharsmapCheck check = new CharsmapCheck(faults, path, units, replacements);
        check.visit();
        return check.longest;
    }

    private static byte[] decoded(Faults faults, String path, String encoded) throws TokenizerException {
        byte[] table;
        try {
            table = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            throw faults.at(path, "damaged: no base64: " + Faults.shown(String.valueOf(e.getMessage())));
        }
        // The library accepts one spelling only: with padding, unused bits zero.
        if (!Base64.getEncoder().encodeToString(table).equals(encoded)) {
            throw faults.at(path, "damaged: base64 that does not end as it should");
        }
        return table;
    }

    private static void requireText(Faults faults, String path, byte[] replacements) throws TokenizerException {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
        } catch (CharacterCodingException e) {
            throw faults.at(path, "damaged: replacements that are no UTF-8");
        }
    }

    private void visit() throws TokenizerException {
        BitSet seen = new BitSet(units.limit());
        int[] stack = new int[units.limit()];
        int depth = 0;
        // The unit 0 is the root's, and its offset leads to the first state.
        int first = offset(units.get(0));
        requireInside(first);
        seen.set(first);
        stack[depth++] = first;
        while (depth > 0) {
            int state = stack[--depth];
            for (int c = 1; c < 256; c++) {
                requireInside(state ^ c);
                int unit = units.get(state ^ c);
                if ((unit & 0x800000FF) != c) {
                    continue;
                }
                int next = state ^ c ^ offset(unit);
                requireInside(next);
                if ((unit >>> 8 & 1) == 1) {
                    measure(units.get(next) & 0x7FFFFFFF);
                }
                if (!seen.get(next)) {
                    seen.set(next);
                    stack[depth++] = next;
                }
            }
        }
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >>> 6);
    }

    private void requireInside(int unit) throws TokenizerException {
        if (unit < 0 || unit >= units.limit()) {
            throw faults.at(path, "damaged: the trie leads to unit " + Integer.toUnsignedString(unit) + " of "
                    + units.limit());
        }
    }

    private void measure(int start) throws TokenizerException {
        boolean within = start <= replacements.length
                && (start == replacements.length || (replacements[start] & 0xC0) != 0x80);
        if (!within) {
            throw faults.at(path, "damaged: a replacement at byte " + start + " of " + replacements.length
                    + ", where no character begins");
        }
        int end = start;
        while (end < replacements.length && replacements[end] != 0 && end - start <= LONGEST_REPLACEMENT) {
            end++;
        }
        if (end - start > LONGEST_REPLACEMENT) {
            throw faults.at(path,
                    "damaged: a replacement of more than " + LONGEST_REPLACEMENT + " bytes at byte " + start);
        }
        longest = Math.max(longest, end - start);
    }
}
