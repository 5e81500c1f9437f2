package io.github.lrp4j.zoo.data;

import java.io.IOException;
import java.util.List;

/** Pictures with the numbers of their classes, read one after another: never all of them are in memory. */
public interface PictureData {
    /** What messages call it. */
    String name();

    /** The names of its classes, by number. */
    List<String> classes();

    /** How many pictures there are. */
    long count();

    /** The pictures from the first on. */
    Cursor open() throws IOException;

    /** A place in a data set. */
    interface Cursor extends AutoCloseable {
        /**
         * The next picture, or null behind the last one.
         *
         * @throws IOException naming the file, and where it can the offset, if it is missing or damaged
         */
        LabelledPicture next() throws IOException;

        /** Passes over pictures; what is not read is not decoded. */
        void skip(long pictures) throws IOException;

        @Override
        void close() throws IOException;
    }
}
