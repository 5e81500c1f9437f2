package io.github.lrp4j.zoo.image;

import static io.github.lrp4j.zoo.image.ImageFileTest.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames are torchvision's to the last bit; the filter agrees with a slow one in float64. */
class ImagePreprocessingTest {
    private static final List<Double> ZERO = List.of(0.0, 0.0, 0.0);
    private static final List<Double> ONE = List.of(1.0, 1.0, 1.0);

    static IntStream frames() throws IOException {
        return IntStream.range(0, ImageFileTest.cases().get("frames").size());
    }

    @ParameterizedTest
    @MethodSource("frames")
    void framesAreTorchvisions(int index) throws IOException {
        JsonNode frame = ImageFileTest.cases().get("frames").get(index);
        String file = frame.get("file").asText();
        RgbImage image = ImageFile.decode(file, resource(file));
        int size = frame.get("size").asInt();
        ImagePreprocessing preprocessing = new ImagePreprocessing(frame.get("resize").asInt(), size, ZERO, ONE,
                Framing.parse(frame.get("framing").asText()));
        RgbImage got = preprocessing.frame(image);
        byte[] expected = resource("frame-" + index + ".rgb");
        byte[] luma = resource("frame-" + index + ".gray");
        // JPEG decoders differ by a level or two.
        int allowed = file.endsWith(".jpg") ? 2 : 0;
        for (int i = 0; i < expected.length; i++) {
            assertThat(got.samples()[i] & 0xff).isCloseTo(expected[i] & 0xff, within(allowed));
        }
        for (int i = 0; i < luma.length; i++) {
            assertThat(got.luma(i % size, i / size)).isCloseTo(luma[i] & 0xff, within(allowed));
        }
    }

    @Test
    void tensorsAreTorchvisions() throws IOException {
        JsonNode frame = ImageFileTest.cases().get("frames").get(0);
        ImagePreprocessing imageNet = ImagePreprocessing.imageNet();
        ImagePreprocessing small =
                new ImagePreprocessing(frame.get("resize").asInt(), frame.get("size").asInt(), imageNet.mean(),
                        imageNet.deviation());
        String file = frame.get("file").asText();
        Tensor got = small.apply(ImageFile.decode(file, resource(file)));
        assertThat(got.shape()).isEqualTo(Shape.of(1, 3, small.size(), small.size()));
        ByteBuffer expected = ByteBuffer.wrap(resource("frame-0.f32")).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : got.toFloatArray()) {
            assertThat(value).isEqualTo(expected.getFloat());
        }
    }

    @ParameterizedTest
    @EnumSource
    void filtersAreThoseOfTheirFormulas(Framing.Filter filter) {
        Random random = new Random(5);
        for (int trial = 0; trial < 40; trial++) {
            int inWidth = 1 + random.nextInt(60);
            int inHeight = 1 + random.nextInt(60);
            int outWidth = 1 + random.nextInt(60);
            int outHeight = 1 + random.nextInt(60);
            byte[] samples = new byte[3 * inWidth * inHeight];
            random.nextBytes(samples);
            RgbImage in = RgbImage.of(inWidth, inHeight, samples);
            RgbImage out = PictureResize.resize(in, filter, outWidth, outHeight);
            double[][] across = shares(filter, inWidth, outWidth);
            double[][] down = shares(filter, inHeight, outHeight);
            double[][] rows = new double[inHeight][outWidth];
            for (int v = 0; v < inHeight; v++) {
                for (int x = 0; x < outWidth; x++) {
                    for (int u = 0; u < inWidth; u++) {
                        rows[v][x] += across[x][u] * in.sample(u, v, 1);
                    }
                    rows[v][x] = Math.clamp(rows[v][x], 0, 255);
                }
            }
            for (int y = 0; y < outHeight; y++) {
                for (int x = 0; x < outWidth; x++) {
                    double exact = 0;
                    for (int v = 0; v < inHeight; v++) {
                        exact += down[y][v] * rows[v][x];
                    }
                    // Two roundings to 8 bits, the first of them averaged by the second pass.
                    assertThat((double) out.sample(x, y, 1)).isCloseTo(Math.clamp(exact, 0, 255), within(1.2));
                }
            }
        }
    }

    private static double[][] shares(Framing.Filter filter, int in, int out) {
        double scale = (double) in / out;
        double width = Math.max(1, scale);
        double[][] weights = new double[out][in];
        for (int p = 0; p < out; p++) {
            double total = 0;
            for (int i = 0; i < in; i++) {
                double x = Math.abs(i + 0.5 - (p + 0.5) * scale) / width;
                weights[p][i] = filter == Framing.Filter.BILINEAR ? Math.max(0, 1 - x) : cubic(x);
                total += weights[p][i];
            }
            for (int i = 0; i < in; i++) {
                weights[p][i] /= total;
            }
        }
        return weights;
    }

    /** Keys 1981, equation 4 with a = -1/2. */
    private static double cubic(double x) {
        double a = -0.5;
        return x <= 1
                ? (a + 2) * x * x * x - (a + 3) * x * x + 1
                : x < 2 ? a * x * x * x - 5 * a * x * x + 8 * a * x - 4 * a : 0;
    }

    @Test
    void elongatedPicturesCostNoMemory() {
        RgbImage line = RgbImage.of(1, 5_000_000, new byte[15_000_000]);
        RgbImage frame = ImagePreprocessing.imageNet().frame(line);
        assertThat(frame.width()).isEqualTo(224);
        assertThat(frame.height()).isEqualTo(224);
    }

    @Test
    void extremesOfTheInput() {
        ImagePreprocessing imageNet = ImagePreprocessing.imageNet();
        assertThat(imageNet.lowest().shape()).isEqualTo(Shape.of(1, 3, 1, 1));
        assertThat(imageNet.lowest().at(0, 0, 0, 0)).isCloseTo(-0.485 / 0.229, within(1e-6));
        assertThat(imageNet.highest().at(0, 2, 0, 0)).isCloseTo((1 - 0.406) / 0.225, within(1e-6));
        ImagePreprocessing gray = new ImagePreprocessing(4, 4, List.of(0.5), List.of(0.25));
        assertThat(gray.apply(RgbImage.ofGray(1, 1, new byte[] {(byte) 255})).toDoubleArray()).containsOnly(2.0);
        assertThat(imageNet.withSize(112))
                .isEqualTo(new ImagePreprocessing(128, 112, imageNet.mean(), imageNet.deviation()));
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> new ImagePreprocessing(0, 1, ZERO, ONE)).hasMessageContaining("resize 0");
        assertThatThrownBy(() -> new ImagePreprocessing(1, 100_000, ZERO, ONE)).hasMessageContaining("size 100000");
        assertThatThrownBy(() -> new ImagePreprocessing(1, 1, ZERO, ZERO)).hasMessageContaining("deviations");
        assertThatThrownBy(() -> new ImagePreprocessing(1, 1, List.of(), List.of()))
                .hasMessageContaining("one or three");
        assertThatThrownBy(() -> RgbImage.of(2, 2, new byte[3])).hasMessageContaining("12 samples, got 3");
    }
}
