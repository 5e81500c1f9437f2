package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.baseline.Baseline;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;

/**
 * {@code R[h, w] = mean over the windows W that cover it of y_t(x) - y_t(x without W)}: what the logit loses where a
 * patch of a picture {@code [N, C, H, W]} is replaced (Zeiler, Fergus 2014, arXiv 1311.2901, section 4.2).
 *
 * <p>Windows start at every {@code stride}-th row and column, and once more at the far edges if those were not covered.
 *
 * @param patch rows and columns of a window
 * @param stride from window to window, at most the patch
 * @param baseline what windows are replaced by
 * @param batch how many occluded pictures are computed together
 */
public record Occlusion(int patch, int stride, Baseline baseline, int batch) implements Attribution {
    /** Checks. */
    public Occlusion {
        if (patch < 1 || stride < 1 || stride > patch || batch < 1) {
            throw new IllegalArgumentException("occlusion: stride " + stride + " must be from 1 to the patch " + patch
                    + ", batch " + batch + " positive");
        }
    }

    /** 64 occluded pictures at a time. */
    public Occlusion(int patch, int stride, Baseline baseline) {
        this(patch, stride, baseline, 64);
    }

    @Override
    public String name() {
        return "occlusion";
    }

    @Override
    public Tensor of(Batch pictures) {
        Shape shape = pictures.inputs().shape();
        Tensor replacements = baseline.of(pictures);
        Tensor logits = pictures.classifier().logits(pictures.inputs());
        double[] relevance = new double[shape.with(1, 1).arrayLength()];
        int plane = shape.size(2) * shape.size(3);
        for (int n = 0; n < pictures.size(); n++) {
            Windows windows = new Windows(pictures.inputs().select(0, n), replacements.select(0, n), patch, stride);
            double[] drops = LogitDrops.of(pictures, n, logits, windows.count(), batch, windows::occluded);
            System.arraycopy(windows.mean(drops), 0, relevance, n * plane, plane);
        }
        return Tensor.of(relevance, pictures.inputs().dtype(), shape.with(1, 1));
    }
}
