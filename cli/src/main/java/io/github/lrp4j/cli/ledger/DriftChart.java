package io.github.lrp4j.cli.ledger;

import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.ledger.Drift;
import io.github.lrp4j.lrp.ledger.Leak;
import java.awt.Color;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What is left of the relevance over the depth of the graph, and where it arrived; the worst leaks are marked. */
final class DriftChart {
    private static final int WORST = 3;
    /** Leaks of less than this share of the seed are no landmarks. */
    private static final double NOTABLE = 1e-4;
    private static final double LEFT = 80;
    private static final double RIGHT = LedgerPicture.WIDTH - 24.0;

    private final Canvas canvas;
    private final ConservationLedger ledger;
    private final List<Drift> drift;

    DriftChart(Canvas canvas, ConservationLedger ledger) {
        this.canvas = canvas;
        this.ledger = ledger;
        this.drift = ledger.drift();
    }

    void draw(int top, int height, Color inputs, Color parameters, Color leaks) {
        canvas.text("What is left, layer by layer", 24, top + 30.0, 0, Canvas.INK, 20, true);
        List<Leak> worst = ledger.worst(WORST).stream()
                .filter(leak -> leak.magnitude() >= NOTABLE * ledger.scale()).toList();
        double axisTop = top + 92.0;
        double axisBottom = top + height - 62.0 - 20.0 * worst.size();
        double low = Math.min(0, lowest());
        double high = Math.max(0, highest());
        if (!Double.isFinite(low) || !Double.isFinite(high)) {
            return;
        }
        double margin = 0.06 * (high > low ? high - low : 1);
        Axis y = Axis.of(low < 0 ? low - margin : 0, high > 0 ? high + margin : 0, axisBottom, axisTop, 6);
        Axis x = Axis.of(0, Math.max(1, drift.size() - 1.0), LEFT, RIGHT, 12);
        grid(x, y);
        legend(top + 60.0, 24, Canvas.INK, "not lost so far");
        legend(top + 60.0, 190, inputs, "arrived at inputs");
        legend(top + 60.0, 370, parameters, "ended at parameters");
        curve(x, y, parameters, 2, Drift::parameters);
        curve(x, y, inputs, 2.5f, Drift::inputs);
        curve(x, y, Canvas.INK, 2.5f, Drift::left);
        double line = axisBottom + 62;
        for (int i = 0; i < worst.size(); i++) {
            mark(worst.get(i), i + 1, x, y, line + 20.0 * i, leaks);
        }
    }

    private void grid(Axis x, Axis y) {
        for (double tick : y.ticks()) {
            canvas.line(LEFT, y.at(tick), RIGHT, y.at(tick), tick == 0 ? Canvas.SOFT : Canvas.LINE, 1);
            canvas.text(y.label(tick), LEFT - 8, y.at(tick) + 4, 1, Canvas.SOFT, 12, false);
        }
        for (double tick : x.ticks()) {
            if (tick == Math.rint(tick)) {
                canvas.line(x.at(tick), y.from(), x.at(tick), y.from() + 5, Canvas.SOFT, 1);
                canvas.text(x.label(tick), x.at(tick), y.from() + 19, 0.5, Canvas.SOFT, 12, false);
            }
        }
        canvas.text("nodes from the output", RIGHT, y.from() + 38, 1, Canvas.SOFT, 12, false);
    }

    private void legend(double y, double x, Color color, String text) {
        canvas.line(x, y - 4, x + 26, y - 4, color, 3);
        canvas.text(text, x + 34, y, 0, Canvas.INK, 13, false);
    }

    private void curve(Axis x, Axis y, Color color, float width, ToDoubleFunction<Drift> value) {
        canvas.path(drift.stream().mapToDouble(at -> x.at(at.depth())).toArray(),
                drift.stream().mapToDouble(at -> y.at(value.applyAsDouble(at))).toArray(), color, width);
    }

    private void mark(Leak leak, int number, Axis x, Axis y, double line, Color color) {
        int depth = leak.entry().depth();
        double px = x.at(depth);
        double py = y.at(drift.get(depth).left());
        canvas.dot(px, py, 9, color);
        canvas.text(Integer.toString(number), px, py + 4, 0.5, Color.WHITE, 12, true);
        canvas.dot(LEFT - 40, line - 4, 9, color);
        canvas.text(Integer.toString(number), LEFT - 40, line, 0.5, Color.WHITE, 12, true);
        String text = leak.entry().name() + ", " + leak.entry().rule().describe() + ": " + leak.sink().label() + " "
                + LedgerPicture.number(leak.amount()) + " of " + LedgerPicture.number(leak.entry().in());
        canvas.text(canvas.fitting(text, RIGHT - LEFT + 20, 13), LEFT - 22, line, 0, Canvas.INK, 13, false);
    }

    private double lowest() {
        return drift.stream().mapToDouble(at -> Math.min(at.left(), Math.min(at.inputs(), at.parameters()))).min()
                .orElse(0);
    }

    private double highest() {
        return drift.stream().mapToDouble(at -> Math.max(at.left(), Math.max(at.inputs(), at.parameters()))).max()
                .orElse(0);
    }
}
