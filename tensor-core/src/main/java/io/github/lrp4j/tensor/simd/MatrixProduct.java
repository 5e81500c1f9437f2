package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Tensor;

/**
 * {@code c[i, j] = sum_k a[i, k] b[k, j]} for two matrices, in one of three ways: {@link MatrixVector} for few rows or
 * columns, plain loops for little arithmetic, packed panels ({@link PanelGemm}) for the rest.
 *
 * <p>A {@linkplain Tensor#durable() durable} operand is packed once and kept where that is worth its memory: not for few
 * vectors, which {@link MatrixVector} multiplies in place, and not where the rows of a right operand lie side by side and
 * meet many rows of the left one, as in the adjoint of a linear layer. What lies in a mapped file is read from there.
 */
final class MatrixProduct {
    /** Up to this many vectors are multiplied without packing the matrix. */
    private static final int FEW = 4;

    /** Less arithmetic than this does not repay packing. */
    private static final double SMALL_FLOPS = 3_000;

    /** From this many rows of the left operand on, a right operand with contiguous rows is packed anew each time. */
    private static final int MANY = 128;

    /** Most numbers of a left operand that are packed at once: 32 megabytes. */
    private static final int SLAB = 1 << 23;

    /** Key of a packed operand in {@link Tensor#derived}. */
    private record PackedOperand(boolean left, int tileRows, int tileColumns) {
        PackedOperand(boolean left) {
            this(left, Tile.ROWS, Tile.COLUMNS);
        }
    }

    private final Crew crew;

    MatrixProduct(Crew crew) {
        this.crew = crew;
    }

    /**
     * Multiplies.
     *
     * @param a left matrix
     * @param keptA the same as a durable tensor of rank 2, or null
     * @param b right matrix
     * @param keptB the same as a durable tensor of rank 2, or null
     * @param c target, zeros, with contiguous rows
     */
    void multiply(Matrix a, Tensor keptA, Matrix b, Tensor keptB, Target c) {
        if (a.rows() <= FEW && b.hasContiguousColumns()) {
            dots(b.transposed(), a, c);
        } else if (b.columns() <= FEW && a.hasContiguousRows()) {
            dots(a, b.transposed(), c.transposed());
        } else if (a.rows() <= FEW && b.hasContiguousRows()) {
            sums(b.transposed(), a, c);
        } else if (b.columns() == 1 && a.hasContiguousColumns()) {
            sums(a, b.transposed(), c.transposed());
        } else if (2.0 * a.rows() * a.columns() * b.columns() < SMALL_FLOPS) {
            loops(a.loaded(), b.loaded(), c);
        } else if (b.columns() <= Tile.LANES / 2 && a.rows() >= Tile.LANES) {
            packed(b.transposed(), transposed(keptB), a.transposed(), transposed(keptA), c.transposed());
        } else {
            packed(a, keptA, b, keptB, c);
        }
    }

    /**
     * Whether products of these sizes, or with more rows, overwrite their target, which need not be zeros then.
     *
     * @param rows of the left matrix
     * @param depth its columns
     * @param columns of the right matrix
     */
    static boolean overwrites(int rows, int depth, int columns) {
        return rows > FEW && columns > FEW && 2.0 * rows * depth * columns >= SMALL_FLOPS;
    }

    private static Tensor transposed(Tensor matrix) {
        return matrix == null ? null : matrix.transpose(0, 1);
    }

    private void dots(Matrix w, Matrix x, Target y) {
        crew.lead(scratch -> {
            Matrix in = x.loaded();
            Matrix vectors =
                    in.hasContiguousRows() ? in : copy(in, scratch.floats(Scratch.Use.LEFT, x.rows() * x.columns()));
            int ways = waysToRead(w);
            crew.run(ways, (part, own) -> {
                int from = cut(w.rows(), part, ways);
                int to = cut(w.rows(), part + 1, ways);
                MatrixVector.dots(w, from, to, vectors, y, own);
                y.finish(0, x.rows(), from, to - from);
            });
        });
    }

    private void sums(Matrix w, Matrix given, Target y) {
        Matrix x = given.loaded();
        int ways = waysToRead(w);
        crew.run(ways, (part, scratch) -> {
            int from = cut(w.rows(), part, ways);
            int to = cut(w.rows(), part + 1, ways);
            MatrixVector.sums(w, from, to, x, y, scratch);
            y.finish(0, x.rows(), from, to - from);
        });
    }

    private int waysToRead(Matrix w) {
        return crew.waysToCopy((long) w.rows() * w.columns() / 2);
    }

    /** Where part {@code part} of {@code n} indices begins: a multiple of 16, so that threads share no cache line. */
    private static int cut(int n, int part, int ways) {
        return part == ways ? n : (int) ((long) n * part / ways) & -16;
    }

    private static Matrix copy(Matrix m, float[] target) {
        for (int i = 0; i < m.rows(); i++) {
            int from = m.offset() + i * m.rowStride();
            for (int k = 0; k < m.columns(); k++) {
                target[i * m.columns() + k] = m.data()[from + k * m.columnStride()];
            }
        }
        return Matrix.rowMajor(target, 0, m.rows(), m.columns());
    }

    private static void loops(Matrix a, Matrix b, Target c) {
        if (a.hasContiguousRows() && b.hasContiguousColumns() && a.columns() >= Tile.LANES) {
            MatrixVector.dots(b.transposed(), 0, b.columns(), a, c);
            c.finish(0, a.rows(), 0, b.columns());
            return;
        }
        for (int i = 0; i < a.rows(); i++) {
            int ci = c.offset() + i * c.rowStride();
            for (int k = 0; k < a.columns(); k++) {
                float scale = a.data()[a.offset() + i * a.rowStride() + k * a.columnStride()];
                int bk = b.offset() + k * b.rowStride();
                if (b.hasContiguousRows()) {
                    MatrixVector.addScaled(b.data(), bk, scale, c.data(), ci, b.columns());
                } else {
                    for (int j = 0; j < b.columns(); j++) {
                        c.data()[ci + j] += scale * b.data()[bk + j * b.columnStride()];
                    }
                }
            }
        }
        c.finish(0, a.rows(), 0, b.columns());
    }

    private void packed(Matrix a, Tensor keptA, Matrix b, Tensor keptB, Target c) {
        RightPanels right = right(b, keptB, a.rows());
        if (keptA != null) {
            LeftPanels left = keptA.derived(new PackedOperand(true), () -> LeftPanels.of(crew, a.loaded()));
            PanelGemm.multiply(crew, left, right, c, false);
            return;
        }
        int slab = Math.max(Tile.ROWS, SLAB / a.columns() / Tile.ROWS * Tile.ROWS);
        Matrix left = a.loaded();
        crew.lead(scratch -> {
            for (int row = 0; row < a.rows(); row += slab) {
                Matrix rows = left.slice(row, Math.min(a.rows(), row + slab));
                float[] buffer = scratch.floats(Scratch.Use.LEFT, Math.multiplyExact(rows.rows(), rows.columns()));
                PanelGemm.multiply(crew, LeftPanels.into(crew, rows, buffer), right, c.from(row), false);
            }
        });
    }

    private RightPanels right(Matrix b, Tensor kept, int rows) {
        boolean inFile = b.isInFile() && b.hasContiguousRows();
        boolean cheap = inFile && b.file().isHalf() || b.hasContiguousRows() && rows >= MANY;
        if (kept == null || cheap) {
            return inFile ? new FilePanels(b) : new RightPanels.Strided(b.loaded());
        }
        return kept.derived(new PackedOperand(false),
                () -> b.isInFile() ? FilePanels.packed(crew, b) : RightPanels.packed(crew, b));
    }
}
