package io.github.lrp4j.cli.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A linear scale from values to pixels whose ticks are 1, 2 or 5 times a power of ten apart.
 *
 * @param low value at {@code from}
 * @param high value at {@code to}, larger than low
 * @param from pixel
 * @param to pixel
 * @param step distance of two ticks
 */
record Axis(double low, double high, double from, double to, double step) {
    /** A scale that shows all values from {@code low} to {@code high}, with about {@code ticks} ticks. */
    static Axis of(double low, double high, double from, double to, int ticks) {
        double range = high > low ? high - low : Math.max(1, Math.abs(high));
        double power = Math.pow(10, Math.floor(Math.log10(range / ticks)));
        double step = 10 * power;
        for (double factor : new double[] {5, 2, 1}) {
            if (range / (factor * power) <= ticks) {
                step = factor * power;
            }
        }
        return new Axis(low, low + range, from, to, step);
    }

    /** Where a value lies. */
    double at(double value) {
        return from + (Math.clamp(value, low, high) - low) / (high - low) * (to - from);
    }

    /** The ticks, in order. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        double first = Math.ceil(low / step - 1e-6);
        for (int i = 0; (first + i) * step <= high + step * 1e-6; i++) {
            // Not -0.
            ticks.add(first + i == 0 ? 0 : (first + i) * step);
        }
        return ticks;
    }

    /** A tick as text, with as many decimals as the step has. */
    String label(double tick) {
        int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
        return decimals > 4 || Math.abs(high) >= 1e5 || Math.abs(low) >= 1e5
                ? String.format(Locale.ROOT, "%.1e", tick)
                : String.format(Locale.ROOT, "%." + decimals + "f", tick);
    }
}
