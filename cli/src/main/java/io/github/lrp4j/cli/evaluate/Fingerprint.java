package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A short text that other weights most likely do not share: from the key, the shape and a few numbers of each tensor. */
final class Fingerprint {
    private static final int NUMBERS = 32;
    private static final int SHOWN_BYTES = 8;

    private Fingerprint() {
    }

    /** The fingerprint of weights. */
    static String of(Map<String, Tensor> weights) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String key : weights.keySet().stream().sorted().toList()) {
                Tensor tensor = weights.get(key);
                digest.update((key + tensor.shape() + tensor.dtype()).getBytes(StandardCharsets.UTF_8));
                for (double number : some(tensor)) {
                    digest.update(ByteBuffer.allocate(Double.BYTES).putDouble(number).array());
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, SHOWN_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // Every Java has it.
        }
    }

    private static double[] some(Tensor tensor) {
        if (tensor.elements() == 0) {
            return new double[0];
        }
        Tensor part = tensor;
        while (part.rank() > 1) {
            part = part.select(0, part.size(0) / 2);
        }
        List<Integer> sizes = part.shape().toList();
        return sizes.isEmpty()
                ? part.toDoubleArray()
                : part.slice(0, 0, Math.min(NUMBERS, sizes.getFirst())).toDoubleArray();
    }
}
