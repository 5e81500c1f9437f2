package io.github.lrp4j.tensor.simd;

/**
 * Correlation as a product of the weights, {@code [rows, channels * taps]}, with the matrix of patches, which is packed
 * from the padded input one panel at a time and never exists as a whole ("implicit GEMM").
 *
 * <p>The weights are on the broadcast side of the micro-kernel and the outputs on the vector side, so that results appear
 * in row-major order. Where no padding and no stride along the width ask for it, the input is read without a copy.
 */
final class GemmCorrelation implements Correlation {
    private final LeftPanels weights;
    private final PatchLayout layout;
    private final boolean inPlace;
    private final Patches patches;
    private final Finish finish;

    /** For images laid out like {@code x}; finish may be null. */
    GemmCorrelation(LeftPanels weights, PatchLayout layout, Volume x, Finish finish) {
        this.weights = weights;
        this.layout = layout;
        this.finish = finish;
        inPlace = layout.readsInPlace(x);
        patches = inPlace ? layout.patchesOf(x) : layout.patches();
    }

    @Override
    public void apply(Crew crew, Scratch lead, Volume x, float[] y, int yOffset) {
        PatchPanels panels;
        if (inPlace) {
            panels = new PatchPanels(patches, x.data(), layout.origin(x));
        } else {
            float[] padded = lead.floats(Scratch.Use.INPUT, layout.size());
            layout.fill(crew, x, padded);
            panels = new PatchPanels(patches, padded, 0);
        }
        PanelGemm.multiply(crew, weights, panels, Target.rows(y, yOffset, patches.outputs(), finish), false);
    }
}
