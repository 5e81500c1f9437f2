package io.github.lrp4j.zoo.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads PNG, JPEG, GIF (first frame) and BMP files as 8-bit RGB, with the decoders of the JDK; works headless.
 *
 * <p>Follows PIL's {@code open(...).convert("RGB")}: transparency is dropped (the colour behind it shows), grey becomes
 * three equal channels, palettes are looked up, embedded colour profiles and the EXIF orientation are ignored. Three
 * things differ: a JPEG sample may be off by a level or two, since decoders round differently; of 16-bit samples the
 * upper 8 bits count, also in grey pictures (which PIL clips); CMYK JPEG files are refused.
 *
 * <p>Width and height are read from the header and checked before anything is allocated for pixels.
 */
public final class ImageFile {
    /** How many pixels a picture may have where no other limit is given: 2^26, about 67 million. */
    public static final long DEFAULT_PIXEL_LIMIT = 1L << 26;

    private static final Set<String> FORMATS = Set.of("png", "jpeg", "gif", "bmp");

    /** Deflate makes at most 1032 bytes of one, each of 8 pixels; the other formats pack less densely. */
    private static final long MOST_PIXELS_PER_BYTE = 8256;

    private ImageFile() {
    }

    /** Reads a picture of at most {@link #DEFAULT_PIXEL_LIMIT} pixels. */
    public static RgbImage read(Path file) throws IOException {
        return read(file, DEFAULT_PIXEL_LIMIT);
    }

    /**
     * Reads a picture.
     *
     * @param pixelLimit largest accepted width times height; decoding takes about 6 bytes per pixel
     * @throws ImageFormatException naming the file if it is missing, no picture, damaged, cut short or too large
     */
    public static RgbImage read(Path file, long pixelLimit) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new ImageFormatException(file + ": " + (Files.exists(file) ? "not a file" : "no such file"));
        }
        if (!Files.isReadable(file)) {
            throw new ImageFormatException(file + ": cannot be read (permissions)");
        }
        try (ImageInputStream stream = new FileImageInputStream(file.toFile())) {
            return decode(file.toString(), stream, pixelLimit);
        }
    }

    /**
     * Decodes a picture from memory.
     *
     * @param name what messages call it
     */
    public static RgbImage decode(String name, byte[] bytes) throws IOException {
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            return decode(name, stream, Math.min(DEFAULT_PIXEL_LIMIT, MOST_PIXELS_PER_BYTE * bytes.length));
        }
    }

    private static RgbImage decode(String name, ImageInputStream stream, long pixelLimit) throws IOException {
        ImageReader reader = reader(name, stream);
        try {
            // Metadata is not needed, and a compressed text chunk may be a bomb of its own.
            reader.setInput(stream, true, true);
            long width = reader.getWidth(0);
            long height = reader.getHeight(0);
            if (width * height > pixelLimit) {
                throw new ImageFormatException(String.format(Locale.ROOT,
                        "%s: %d x %d pixels are more than the limit of %,d pixels", name, width, height, pixelLimit));
            }
            if (stream.length() >= 0 && width * height > MOST_PIXELS_PER_BYTE * stream.length()) {
                throw new ImageFormatException(name + ": damaged or cut short: " + width + " x " + height
                        + " pixels are more than its " + stream.length() + " bytes can hold");
            }
            String[] cutShort = new String[1];
            reader.addIIOReadWarningListener((source, warning) -> {
                // The JPEG decoder fills up with grey what is missing and only warns.
                String text = warning.toLowerCase(Locale.ROOT);
                if (text.contains("premature end") || text.contains("truncated")) {
                    cutShort[0] = warning;
                }
            });
            BufferedImage image = reader.read(0);
            if (cutShort[0] != null) {
                throw new ImageFormatException(name + ": damaged or cut short: " + cutShort[0]);
            }
            return rgb(name, image);
        } catch (ImageFormatException e) {
            throw e;
        } catch (EOFException e) {
            throw new ImageFormatException(name + ": damaged or cut short: unexpected end of file", e);
        } catch (IOException | RuntimeException e) {
            // The JDK's decoders answer some damaged files with unchecked exceptions.
            throw new ImageFormatException(name + ": damaged, cut short or of an unsupported kind: " + reason(e), e);
        } finally {
            reader.dispose();
        }
    }

    private static String reason(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() != null ? cause.getMessage() : cause.getClass().getSimpleName();
    }

    private static ImageReader reader(String name, ImageInputStream stream) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
                return reader;
            }
            reader.dispose();
        }
        throw new ImageFormatException(name + ": not a PNG, JPEG, GIF or BMP picture");
    }

    private static RgbImage rgb(String name, BufferedImage image) throws ImageFormatException {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] samples = new byte[3 * width * height];
        ColorModel colors = image.getColorModel();
        if (colors instanceof IndexColorModel || colors instanceof DirectColorModel) {
            int[] row = new int[width];
            for (int y = 0; y < height; y++) {
                image.getRGB(0, y, width, 1, row, 0, width);
                for (int x = 0; x < width; x++) {
                    int at = 3 * (y * width + x);
                    samples[at] = (byte) (row[x] >> 16);
                    samples[at + 1] = (byte) (row[x] >> 8);
                    samples[at + 2] = (byte) row[x];
                }
            }
        } else {
            // Not getRGB: the colour model takes grey for linear light and would change its levels.
            copySamples(name, image.getRaster(), colors, samples);
        }
        return RgbImage.of(width, height, samples);
    }

    private static void copySamples(String name, Raster raster, ColorModel colors, byte[] samples)
            throws ImageFormatException {
        int bands = colors.getNumColorComponents();
        int type = colors.getColorSpace().getType();
        int shift = switch (raster.getTransferType()) {
            case DataBuffer.TYPE_BYTE -> 0;
            case DataBuffer.TYPE_USHORT -> 8;
            default -> throw new ImageFormatException(name + ": samples of an unsupported kind");
        };
        if (!(type == ColorSpace.TYPE_GRAY && bands == 1) && !(type == ColorSpace.TYPE_RGB && bands == 3)) {
            throw new ImageFormatException(
                    name + ": neither grey nor RGB but " + bands + " channels; convert it to RGB first");
        }
        int width = raster.getWidth();
        int[] row = new int[width * raster.getNumBands()];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    int sample = row[x * raster.getNumBands() + (bands == 1 ? 0 : c)];
                    samples[3 * (y * width + x) + c] = (byte) (sample >> shift);
                }
            }
        }
    }
}
