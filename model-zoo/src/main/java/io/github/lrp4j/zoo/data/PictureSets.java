package io.github.lrp4j.zoo.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** {@code path -> pictures}: finds out what a file or directory holds. */
public final class PictureSets {
    private PictureSets() {
    }

    /**
     * The pictures at a path:
     * <ul>
     * <li>a directory with IDX files, such as {@code t10k-images-idx3-ubyte.gz} and its labels ({@link IdxPictures});
     * <li>a directory with CIFAR-10's binary files, or one of them ({@link Cifar10});
     * <li>a directory with {@code train} and {@code val}, as ImageNette's, and a folder per class in them;
     * <li>a directory with a folder per class, or a list {@code .csv} or {@code .tsv} ({@link PictureFiles}).
     * </ul>
     *
     * @param split which part, where there are several
     * @param classes the names of the classes of IDX files, which hold none; empty for numbers
     * @throws DataSetException naming the path if it holds none of these, or the file that is missing or damaged
     */
    public static PictureData open(Path path, Split split, List<String> classes) throws IOException {
        if (!Files.exists(path)) {
            throw new DataSetException(path + ": no such file or directory");
        }
        if (Files.isRegularFile(path)) {
            return file(path);
        }
        for (String folder : FashionMnist.FOLDERS) {
            Path images = FashionMnist.find(path.resolve(folder), split.prefix() + "-images-idx3-ubyte");
            if (images != null) {
                String name = split.prefix() + "-labels-idx1-ubyte";
                Path labels = FashionMnist.find(path.resolve(folder), name);
                if (labels == null) {
                    throw new DataSetException(path.resolve(folder).resolve(name) + ": no such file, nor one with .gz");
                }
                return IdxPictures.of(images, labels, classes);
            }
        }
        if (Cifar10.isIn(path)) {
            return Cifar10.in(path, split);
        }
        for (String folder : split.folders()) {
            if (Files.isDirectory(path.resolve(folder))) {
                return PictureFiles.inFolders(path.resolve(folder));
            }
        }
        return PictureFiles.inFolders(path);
    }

    private static PictureData file(Path path) throws IOException {
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv") || name.endsWith(".tsv")) {
            return PictureFiles.listed(path);
        }
        if (name.endsWith(".bin")) {
            return Cifar10.of(path);
        }
        throw new DataSetException(
                path + ": is no data set of pictures; there are directories with IDX files, with CIFAR-10's"
                        + " binary files or with a folder per class, lists .csv and .tsv, and CIFAR-10's .bin files");
    }
}
