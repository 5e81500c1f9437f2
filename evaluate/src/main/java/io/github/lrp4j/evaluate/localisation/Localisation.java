package io.github.lrp4j.evaluate.localisation;

import io.github.lrp4j.tensor.Tensor;

/**
 * How well the relevance of one picture lies on an object.
 *
 * @param hit the pointing game: whether the most relevant pixel lies in the region, or no farther from it than the
 *     tolerance (Zhang et al. 2018, arXiv 1608.00507, section 4.1); of equal pixels the first one points
 * @param insideMass {@code sum of max(R, 0) inside / sum of max(R, 0)}, 0 where no relevance is positive (Kohlbrenner
 *     et al. 2020, arXiv 1910.09840, section 4.2)
 * @param weightedMass the same times pixels of the picture / pixels of the region: 1 for relevance that knows nothing
 *     of the object; 0 where the region is empty
 */
public record Localisation(boolean hit, double insideMass, double weightedMass) {
    /** The paper's tolerance of the pointing game, in pixels. */
    public static final int TOLERANCE = 15;

    /**
     * The localisation of relevance {@code [C, H, W]}, channels together.
     *
     * @param tolerance largest distance of a hit from the region, in pixels; 0 for inside
     */
    public static Localisation of(Tensor relevance, Region region, int tolerance) {
        if (relevance.rank() != 3 || relevance.size(1) != region.height() || relevance.size(2) != region.width()) {
            throw new IllegalArgumentException("localisation: relevance " + relevance.shape()
                    + " is not [C, H, W] of a picture of " + region.height() + " x " + region.width());
        }
        double[] cells = relevance.toDoubleArray();
        int pixels = region.height() * region.width();
        double[] plane = new double[pixels];
        for (int i = 0; i < cells.length; i++) {
            plane[i % pixels] += cells[i];
        }
        int strongest = 0;
        double inside = 0;
        double all = 0;
        for (int i = 0; i < pixels; i++) {
            strongest = plane[i] > plane[strongest] ? i : strongest;
            double mass = Math.max(plane[i], 0);
            all += mass;
            inside += region.contains(i / region.width(), i % region.width()) ? mass : 0;
        }
        double share = all == 0 ? 0 : inside / all;
        int area = region.area();
        return new Localisation(isNear(region, strongest, tolerance), share,
                area == 0 ? 0 : share * pixels / area);
    }

    private static boolean isNear(Region region, int pixel, int tolerance) {
        int row = pixel / region.width();
        int column = pixel % region.width();
        for (int r = Math.max(0, row - tolerance); r <= Math.min(region.height() - 1, row + tolerance); r++) {
            for (int c = Math.max(0, column - tolerance); c <= Math.min(region.width() - 1, column + tolerance); c++) {
                int distance = (r - row) * (r - row) + (c - column) * (c - column);
                if (distance <= tolerance * tolerance && region.contains(r, c)) {
                    return true;
                }
            }
        }
        return false;
    }
}
