package io.github.lrp4j.autograd;

/** A module path that is open until closed; see {@link Tape#scope}. */
public final class Scope implements AutoCloseable {
    private final Tape tape;
    private final String outer;

    Scope(Tape tape, String outer) {
        this.tape = tape;
        this.outer = outer;
    }

    /** Leaves the module. */
    @Override
    public void close() {
        tape.leave(outer);
    }
}
