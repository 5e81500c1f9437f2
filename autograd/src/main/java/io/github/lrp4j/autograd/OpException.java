package io.github.lrp4j.autograd;

/** An op was applied to operands that do not fit; names the op, the scope and the shapes. */
public final class OpException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    OpException(String op, String scope, RuntimeException cause) {
        super(op + (scope.isEmpty() ? "" : " at " + scope) + ": " + detail(cause), cause);
    }

    /** The cause's text without its leading "kernel: ", which the op's name replaces. */
    private static String detail(RuntimeException cause) {
        String text = String.valueOf(cause.getMessage());
        int colon = text.indexOf(": ");
        return colon > 0 && text.indexOf(' ') > colon ? text.substring(colon + 2) : text;
    }
}
