package io.github.lrp4j.explain.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class HeatMapTest {
    private static final int WHITE = 0xffffffff;

    private static double sum(HeatMap map) {
        double sum = 0;
        for (int y = 0; y < map.height(); y++) {
            for (int x = 0; x < map.width(); x++) {
                sum += map.relevance(x, y);
            }
        }
        return sum;
    }

    @Test
    void channelsAreAddedUpPerPixel() {
        HeatMap map = HeatMap.of(Tensor.of(new float[] {1, 2, 3, 4, 5, 6, -7, 0, 0.5f, 0, 0, 1}, 3, 2, 2));

        assertThat(map.relevance(0, 0)).isEqualTo(6.5);
        assertThat(map.relevance(1, 0)).isEqualTo(8);
        assertThat(map.relevance(0, 1)).isEqualTo(-4);
        assertThat(map.relevance(1, 1)).isEqualTo(5);
    }

    @Test
    void oneOutlierDoesNotFadeTheOthers() {
        float[] values = new float[1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 2 == 0 ? 1 : -1;
        }
        values[0] = 1e6f;

        HeatMap map = HeatMap.of(Tensor.of(values, 1, 20, 50));

        assertThat(map.scale()).isEqualTo(1);
        assertThat(map.value(0, 0)).isEqualTo(1);
        assertThat(map.value(1, 0)).isEqualTo(-1);
    }

    @Test
    void aSingleRelevantPixelIsStillSeen() {
        float[] values = new float[784];
        values[100] = -3;

        HeatMap map = HeatMap.of(Tensor.of(values, 1, 28, 28));

        assertThat(map.scale()).isEqualTo(3);
        assertThat(map.value(100 % 28, 100 / 28)).isEqualTo(-1);
    }

    @Test
    void zeroIsWhiteAndEachPixelIsASquare() {
        BufferedImage image = HeatMap.of(Tensor.of(new float[] {0, 1, -1, 0, 0, 0.5f}, 1, 2, 3)).draw(4);

        assertThat(image.getWidth()).isEqualTo(12);
        assertThat(image.getHeight()).isEqualTo(8);
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                assertThat(image.getRGB(x, y)).isEqualTo(WHITE);
                assertThat(image.getRGB(4 + x, y) & 0xffffff).isEqualTo(DivergingColors.rgb(1));
                assertThat(image.getRGB(8 + x, y) & 0xffffff).isEqualTo(DivergingColors.rgb(-1));
            }
        }
    }

    @Test
    void noRelevanceAtAllIsAWhitePicture() {
        BufferedImage image = HeatMap.of(Tensor.of(new float[4], 1, 2, 2)).draw(1);

        assertThat(image.getRGB(0, 0)).isEqualTo(WHITE);
        assertThat(image.getRGB(1, 1)).isEqualTo(WHITE);
    }

    @Test
    void whatIsNotFiniteIsCountedAndDoesNotDecideTheScale() {
        HeatMap map = HeatMap.of(Tensor.of(new float[] {Float.NaN, Float.POSITIVE_INFINITY, 2, -1}, 1, 2, 2));

        assertThat(map.notFinite()).isEqualTo(2);
        assertThat(map.scale()).isEqualTo(2);
        assertThat(map.draw(1).getRGB(0, 0) & 0xffffff).isEqualTo(DivergingColors.NOT_A_NUMBER);
        assertThat(map.draw(1).getRGB(1, 0) & 0xffffff).isEqualTo(DivergingColors.rgb(1));
    }

    @Test
    void blurKeepsTheSumAndSpreads() {
        SplittableRandom random = new SplittableRandom(7);
        float[] values = new float[15 * 9];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        HeatMap map = HeatMap.of(Tensor.of(values, 1, 9, 15));

        HeatMap blurred = map.blurred(1.3);

        assertThat(sum(blurred)).isCloseTo(sum(map), within(1e-9));
        assertThat(blurred.scale()).isLessThan(map.scale());
        assertThat(map.blurred(0)).isSameAs(map);
    }

    @Test
    void blurOfOnePixelIsAGaussian() {
        float[] values = new float[21 * 21];
        values[10 * 21 + 10] = 1;

        HeatMap blurred = HeatMap.of(Tensor.of(values, 1, 21, 21)).blurred(1);

        assertThat(blurred.relevance(10, 10)).isCloseTo(1 / (2 * Math.PI), within(2e-3));
        assertThat(blurred.relevance(11, 10) / blurred.relevance(10, 10)).isCloseTo(Math.exp(-0.5), within(1e-9));
        assertThat(blurred.relevance(10, 12) / blurred.relevance(10, 10)).isCloseTo(Math.exp(-2), within(1e-9));
    }

    @Test
    void relevanceOfAnotherRankIsRefusedWithItsShape() {
        assertThatThrownBy(() -> HeatMap.of(Tensor.of(new float[4], 2, 2))).hasMessageContaining("[2, 2]");
    }

    @Test
    void theOverlayLeavesPixelsWithoutRelevanceGrey() {
        RgbImage picture = RgbImage.of(2, 1, new byte[] {(byte) 200, 10, 10, (byte) 200, 10, 10});
        BufferedImage image = Overlay.draw(HeatMap.of(Tensor.of(new float[] {0, 1}, 1, 1, 2)), picture, 3);

        int grey = image.getRGB(0, 0);
        int red = image.getRGB(3, 0);
        assertThat(image.getWidth()).isEqualTo(6);
        assertThat(grey >> 16 & 0xff).isEqualTo(grey >> 8 & 0xff).isEqualTo(grey & 0xff);
        assertThat(red >> 16 & 0xff).isGreaterThan((red & 0xff) + 50);
        assertThatThrownBy(() -> Overlay.draw(HeatMap.of(Tensor.of(new float[4], 1, 2, 2)), picture, 1))
                .hasMessageContaining("2 x 2").hasMessageContaining("2 x 1");
    }

    @Test
    void smallPicturesAreEnlargedAndLargeOnesAreNot() {
        assertThat(Zoom.factorFor(28, 28)).isEqualTo(16);
        assertThat(Zoom.factorFor(224, 224)).isEqualTo(2);
        assertThat(Zoom.factorFor(20, 448)).isEqualTo(1);
        assertThat(Zoom.factorFor(2000, 1000)).isEqualTo(1);
    }

    @Test
    void aPngFileHoldsTheSameColours() throws IOException {
        BufferedImage image = HeatMap.of(Tensor.of(new float[] {0, 1, -1, 0.25f}, 1, 2, 2)).draw(2);

        BufferedImage read = ImageIO.read(new ByteArrayInputStream(Png.encode(image)));

        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                assertThat(read.getRGB(x, y)).isEqualTo(image.getRGB(x, y));
            }
        }
    }
}
