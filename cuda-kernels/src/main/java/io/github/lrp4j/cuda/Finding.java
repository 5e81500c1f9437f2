package io.github.lrp4j.cuda;

/** Whether something that CUDA needs is there. */
public sealed interface Finding {
    /**
     * It is there and works.
     *
     * @param what its name and version: {@code libcublas 12.6.4}
     * @param where file or directory, and how it was found
     */
    record Present(String what, String where) implements Finding {
        @Override
        public String toString() {
            return what + " (" + where + ")";
        }
    }

    /**
     * It is missing or does not work.
     *
     * @param reason one line that says what was looked for, where, and what was wrong
     */
    record Absent(String reason) implements Finding {
        @Override
        public String toString() {
            return reason;
        }
    }

    /** Whether it is there and works. */
    default boolean isPresent() {
        return this instanceof Present;
    }
}
