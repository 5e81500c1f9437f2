package io.github.lrp4j.zoo.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoding agrees with PIL; what cannot be decoded ends in one clear error. */
class ImageFileTest {
    @TempDir
    private Path folder;

    static byte[] resource(String name) throws IOException {
        try (InputStream stream = ImageFileTest.class.getResourceAsStream(name)) {
            return stream.readAllBytes();
        }
    }

    static JsonNode cases() throws IOException {
        return new ObjectMapper().readTree(resource("cases.json"));
    }

    static List<String> files() throws IOException {
        List<String> names = new ArrayList<>();
        cases().get("files").forEach(name -> names.add(name.asText()));
        return names;
    }

    @ParameterizedTest
    @MethodSource("files")
    void decodesWhatPilDecodes(String name) throws IOException {
        RgbImage image = ImageFile.decode(name, resource(name));
        assertThat(image.width()).isEqualTo(cases().get("width").asInt());
        assertThat(image.height()).isEqualTo(cases().get("height").asInt());
        byte[] expected = resource(name + ".rgb");
        int allowed = name.endsWith(".jpg") ? 2 : 0;
        int worst = 0;
        for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs((image.samples()[i] & 0xff) - (expected[i] & 0xff)));
        }
        assertThat(worst).as(name).isLessThanOrEqualTo(allowed);
    }

    @Test
    void takesTheUpperByteOfSixteenBits() throws IOException {
        RgbImage image = ImageFile.decode("gray16.png", resource("gray16.png"));
        byte[] expected = resource("gray16.png.gray");
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                assertThat(image.sample(x, y, 1)).isEqualTo(expected[y * image.width() + x] & 0xff);
            }
        }
    }

    @Test
    void readsFiles() throws IOException {
        Path file = folder.resolve("picture.any");
        Files.write(file, resource("rgb.png"));
        assertThat(ImageFile.read(file).samples()).isEqualTo(resource("rgb.png.rgb"));
    }

    @Test
    void refusesCmyk() {
        assertThatThrownBy(() -> ImageFile.decode("cmyk.jpg", resource("cmyk.jpg")))
                .isInstanceOf(ImageFormatException.class)
                .hasMessageStartingWith("cmyk.jpg: ");
    }

    /** Every beginning of a file is either refused or, where only trailing bookkeeping is missing, decoded in full. */
    @ParameterizedTest
    @ValueSource(strings = {"rgb.png", "gray.png", "palette.png", "color.jpg", "progressive.jpg", "gray.jpg",
        "color.bmp",
        "palette.bmp", "palette.gif"})
    void refusesTruncatedFiles(String name) throws IOException {
        byte[] bytes = resource(name);
        byte[] expected = ImageFile.decode(name, bytes).samples();
        for (int length = 0; length < bytes.length; length += 1 + bytes.length / 97) {
            byte[] cut = Arrays.copyOf(bytes, length);
            try {
                boolean same = Arrays.equals(ImageFile.decode(name, cut).samples(), expected);
                assertThat(same).as("%s cut to %d of %d", name, length, bytes.length).isTrue();
            } catch (ImageFormatException e) {
                assertThat(e).hasMessageStartingWith(name + ": ");
            }
        }
    }

    @Test
    void refusesWhatIsNoPicture() {
        assertThatThrownBy(() -> ImageFile.decode("notes.txt", "hello".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ImageFormatException.class).hasMessage("notes.txt: not a PNG, JPEG, GIF or BMP picture");
        Path missing = folder.resolve("missing.png");
        assertThatThrownBy(() -> ImageFile.read(missing)).isInstanceOf(ImageFormatException.class)
                .hasMessage(missing + ": no such file");
        assertThatThrownBy(() -> ImageFile.read(folder)).isInstanceOf(ImageFormatException.class)
                .hasMessage(folder + ": not a file");
    }

    @Test
    void checksTheSizeBeforeDecoding() throws IOException {
        Path file = folder.resolve("huge.png");
        Files.write(file, pngHeader(30_000, 30_000));
        assertThatThrownBy(() -> ImageFile.read(file)).isInstanceOf(ImageFormatException.class)
                .hasMessage(file + ": 30000 x 30000 pixels are more than the limit of 67,108,864 pixels");
        Files.write(file, pngHeader(Integer.MAX_VALUE, Integer.MAX_VALUE));
        assertThatThrownBy(() -> ImageFile.read(file)).isInstanceOf(ImageFormatException.class)
                .hasMessageContaining("limit");
        Files.write(file, resource("rgb.png"));
        assertThatThrownBy(() -> ImageFile.read(file, 1000)).isInstanceOf(ImageFormatException.class)
                .hasMessage(file + ": 53 x 37 pixels are more than the limit of 1,000 pixels");
        assertThat(ImageFile.read(file, 53 * 37).width()).isEqualTo(53);
    }

    private static byte[] pngHeader(int width, int height) throws IOException {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(chunk);
        data.writeBytes("IHDR");
        data.writeInt(width);
        data.writeInt(height);
        data.write(new byte[] {8, 2, 0, 0, 0});
        CRC32 crc = new CRC32();
        crc.update(chunk.toByteArray());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(file);
        out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
        out.writeInt(13);
        chunk.writeTo(out);
        out.writeInt((int) crc.getValue());
        return file.toByteArray();
    }
}
