package io.github.lrp4j.zoo.weights;

import java.util.List;

/**
 * How weights and a network fit: each entry is a key with its shape, or shapes.
 *
 * @param missing what the network has and the file lacks
 * @param otherShaped what has another shape, or no floating type, in the file
 * @param unexpected what the file has and the network lacks
 */
public record Fit(List<String> missing, List<String> otherShaped, List<String> unexpected) {
    private static final int LISTED = 5;

    /** Copies. */
    public Fit {
        missing = List.copyOf(missing);
        otherShaped = List.copyOf(otherShaped);
        unexpected = List.copyOf(unexpected);
    }

    /** Whether every tensor of the network is there, whatever else is. */
    public boolean isComplete() {
        return missing.isEmpty() && otherShaped.isEmpty();
    }

    /** Whether the network has every tensor of the file, and the file every tensor of the network. */
    public boolean isExact() {
        return isComplete() && unexpected.isEmpty();
    }

    void require(String file, String network, boolean strict) {
        if (strict ? isExact() : isComplete()) {
            return;
        }
        StringBuilder message = new StringBuilder(file).append(": weights do not fit ").append(network);
        list(message, "missing", missing);
        list(message, "of another shape", otherShaped);
        list(message, "unexpected", unexpected);
        throw new WeightsException(message.toString());
    }

    private static void list(StringBuilder message, String fault, List<String> keys) {
        if (!keys.isEmpty()) {
            message.append("; ").append(keys.size()).append(' ').append(fault).append(": ")
                    .append(String.join(", ", keys.subList(0, Math.min(LISTED, keys.size()))))
                    .append(keys.size() > LISTED ? ", ..." : "");
        }
    }
}
