/**
 * Writes {@code MicroKernels.java} to standard output:
 * {@code java GenerateMicroKernels.java > .../simd/MicroKernels.java}.
 *
 * <p>Accumulators must be named local variables to stay in registers, hence one method per tile size, and one method
 * per lane count for the in-register transpose.
 */
final class GenerateMicroKernels {
    private static final int MAX_ROWS = 14;
    private static final int MAX_VECTORS = 2;

    private final StringBuilder out = new StringBuilder();

    private GenerateMicroKernels() {
    }

    /** Prints the class. */
    public static void main(String[] args) {
        System.out.print(new GenerateMicroKernels().source());
    }

    private String source() {
        line(0, "package io.github.lrp4j.tensor.simd;");
        line(0, "");
        line(0, "import jdk.incubator.vector.FloatVector;");
        line(0, "import jdk.incubator.vector.IntVector;");
        line(0, "import jdk.incubator.vector.VectorSpecies;");
        line(0, "");
        line(0, "/**");
        line(0, " * The register-tiled inner loops of matrix multiplication, and the in-register transposes that pack for them.");
        line(0, " * {@link MicroKernel} says what they compute. Written by {@code src/generator/java/GenerateMicroKernels.java}.");
        line(0, " */");
        line(0, "final class MicroKernels {");
        line(1, "private static final VectorSpecies<Float> F = Species.F;");
        line(1, "private static final VectorSpecies<Integer> I = Species.I;");
        line(1, "private static final int L = F.length();");
        line(1, "private static final int N = 2 * L;");
        for (int step = 1; step <= 8; step *= 2) {
            line(1, "private static final IntVector LOW%d = pairing(%d, false);".formatted(step, step));
            line(1, "private static final IntVector HIGH%d = pairing(%d, true);".formatted(step, step));
        }
        line(0, "");
        line(1, "private MicroKernels() {");
        line(1, "}");
        for (int vectors = 1; vectors <= MAX_VECTORS; vectors++) {
            dispatch(vectors);
        }
        for (int vectors = 1; vectors <= MAX_VECTORS; vectors++) {
            for (int rows = 1; rows <= MAX_ROWS; rows++) {
                kernel(rows, vectors);
            }
        }
        transposeDispatch();
        for (int lanes = 2; lanes <= 16; lanes *= 2) {
            transpose(lanes);
        }
        pairing();
        line(0, "}");
        return out.toString();
    }

    private void dispatch(int vectors) {
        line(0, "");
        line(1, "/** {@link MicroKernel#run} for tiles of %d vector%s. */".formatted(vectors, vectors == 1 ? "" : "s"));
        line(1, "static void run%d(int rows, float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,"
                .formatted(vectors));
        line(3, "int lds, float[] c, int co, int ldc) {");
        line(2, "switch (rows) {");
        for (int rows = 1; rows <= MAX_ROWS; rows++) {
            line(3, "case %d -> k%dx%d(a, ao, b, bo, depth, s, so, lds, c, co, ldc);".formatted(rows, rows, vectors));
        }
        line(3, "default -> throw new IllegalArgumentException(rows + \" rows\");");
        line(2, "}");
        line(1, "}");
    }

    private void kernel(int rows, int vectors) {
        line(0, "");
        line(1, "private static void k%dx%d(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,"
                .formatted(rows, vectors));
        line(3, "int lds, float[] c, int co, int ldc) {");
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                line(2, "FloatVector %s = FloatVector.zero(F);".formatted(sum(r, v)));
            }
        }
        line(2, "for (int k = 0; k < depth; k++) {");
        for (int v = 0; v < vectors; v++) {
            line(3, "FloatVector b%d = FloatVector.fromArray(F, b, bo + k * N%s);".formatted(v, lanes(v)));
        }
        for (int r = 0; r < rows; r++) {
            line(3, "FloatVector a%d = FloatVector.broadcast(F, a[ao + k * %d + %d]);".formatted(r, rows, r));
            for (int v = 0; v < vectors; v++) {
                line(3, "%s = a%d.fma(b%d, %s);".formatted(sum(r, v), r, v, sum(r, v)));
            }
        }
        line(2, "}");
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                String sum = sum(r, v);
                String start = "FloatVector.fromArray(F, s, so%s%s)".formatted(row(r, "lds"), lanes(v));
                line(2, "%s = %s.add(%s);".formatted(sum, sum, start));
            }
        }
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                line(2, "%s.intoArray(c, co%s%s);".formatted(sum(r, v), row(r, "ldc"), lanes(v)));
            }
        }
        line(1, "}");
    }

    private void transposeDispatch() {
        line(0, "");
        line(1, "/**");
        line(1, " * {@code target[to + k * width + i] = source[from + min(i, lines - 1) * stride + k]} for {@code i, k < L}, L the");
        line(1, " * lane count: an L x L transpose. Rows are stored in ascending k.");
        line(1, " */");
        line(1, "static void transpose(float[] source, int from, int stride, int lines, float[] target, int to, int width) {");
        line(2, "switch (L) {");
        for (int lanes = 2; lanes <= 16; lanes *= 2) {
            line(3, "case %d -> transpose%d(source, from, stride, lines, target, to, width);".formatted(lanes, lanes));
        }
        line(3, "default -> throw new IllegalStateException(L + \" lanes\");");
        line(2, "}");
        line(1, "}");
    }

    /** Butterfly: stage s exchanges the off-diagonal s x s blocks of each 2s x 2s block. */
    private void transpose(int lanes) {
        line(0, "");
        line(1, "private static void transpose%d(float[] source, int from, int stride, int lines, float[] target, int to,"
                .formatted(lanes));
        line(3, "int width) {");
        line(2, "int last = lines - 1;");
        for (int r = 0; r < lanes; r++) {
            String at = "from + Math.min(%d, last) * stride".formatted(r);
            line(2, "IntVector s0r%d = FloatVector.fromArray(F, source, %s).reinterpretAsInts();".formatted(r, at));
        }
        int stage = 0;
        for (int step = 1; step < lanes; step *= 2) {
            for (int r = 0; r < lanes; r++) {
                if ((r & step) == 0) {
                    String pair = "s%dr%d, s%dr%d".formatted(stage, r, stage, r + step);
                    line(2, "IntVector s%dr%d = LOW%d.selectFrom(%s);".formatted(stage + 1, r, step, pair));
                    line(2, "IntVector s%dr%d = HIGH%d.selectFrom(%s);".formatted(stage + 1, r + step, step, pair));
                }
            }
            stage++;
        }
        for (int r = 0; r < lanes; r++) {
            line(2, "s%dr%d.reinterpretAsFloats().intoArray(target, to + %d * width);".formatted(stage, r, r));
        }
        line(1, "}");
    }

    private void pairing() {
        line(0, "");
        line(1, "/** The lanes (0 .. 2 L - 1) of a pair of rows that one butterfly stage puts into its lower or upper row. */");
        line(1, "private static IntVector pairing(int step, boolean upper) {");
        line(2, "int[] from = new int[L];");
        line(2, "for (int lane = 0; lane < L; lane++) {");
        line(3, "boolean right = (lane & step) != 0;");
        line(3, "from[lane] = upper ? (right ? L + lane : (lane + step) % L) : (right ? L + lane - step : lane);");
        line(2, "}");
        line(2, "return IntVector.fromArray(I, from, 0);");
        line(1, "}");
    }

    private static String sum(int row, int vector) {
        return "c" + row + "v" + vector;
    }

    private static String row(int row, String stride) {
        return row == 0 ? "" : row == 1 ? " + " + stride : " + " + row + " * " + stride;
    }

    private static String lanes(int vector) {
        return vector == 0 ? "" : " + L";
    }

    private void line(int indent, String text) {
        out.append("    ".repeat(text.isEmpty() ? 0 : indent)).append(text).append('\n');
    }
}
