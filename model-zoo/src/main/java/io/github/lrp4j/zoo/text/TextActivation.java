package io.github.lrp4j.zoo.text;

import io.github.lrp4j.autograd.Value;

/** Activation functions by the names that Hugging Face's configurations give them. */
public enum TextActivation {
    /** {@code gelu}: {@code x Phi(x)}, one op. */
    GELU("gelu") {
        @Override
        public Value of(Value x) {
            return x.gelu();
        }
    },
    /** {@code gelu_new}: {@code 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))}, written out as models do. */
    GELU_NEW("gelu_new") {
        @Override
        public Value of(Value x) {
            Value inner = x.add(x.pow(3).scale(0.044715)).scale(Math.sqrt(2 / Math.PI));
            return x.scale(0.5).mul(inner.tanh().shift(1));
        }
    },
    /** {@code gelu_pytorch_tanh}: the same function as one op. */
    GELU_TANH("gelu_pytorch_tanh") {
        @Override
        public Value of(Value x) {
            return x.geluTanh();
        }
    },
    /** {@code relu}: {@code max(x, 0)}. */
    RELU("relu") {
        @Override
        public Value of(Value x) {
            return x.relu();
        }
    },
    /** {@code silu}: {@code x / (1 + e^-x)}. */
    SILU("silu") {
        @Override
        public Value of(Value x) {
            return x.silu();
        }
    };

    private final String key;

    TextActivation(String key) {
        this.key = key;
    }

    /** Records the function. */
    public abstract Value of(Value x);

    /** Its name in a configuration. */
    public String key() {
        return key;
    }

    /**
     * The activation of this name.
     *
     * @throws IllegalArgumentException listing the known names
     */
    public static TextActivation named(String key) {
        StringBuilder known = new StringBuilder();
        for (TextActivation activation : values()) {
            if (activation.key.equals(key)) {
                return activation;
            }
            known.append(known.isEmpty() ? "" : ", ").append(activation.key);
        }
        throw new IllegalArgumentException("no activation " + key + "; known: " + known);
    }
}
