package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.evaluate.perturbation.Order;
import io.github.lrp4j.evaluate.perturbation.Score;
import io.github.lrp4j.explain.picture.Png;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The mean curves of all methods as a picture: MoRF solid, LeRF dashed, a colour per method. */
final class CurvePlot {
    /** Size of the picture. */
    static final int WIDTH = 1000;
    /** Size of the picture. */
    static final int HEIGHT = 620;

    private static final int COLORS = 12;
    private static final double ALL = 100;

    private CurvePlot() {
    }

    /** The PNG file. */
    static byte[] png(Score score, List<MethodResult> results) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT)
                .title("perturbation curves: MoRF solid, LeRF dashed").xAxisTitle("share of steps, %")
                .yAxisTitle("mean " + MethodResult.name(score)).theme(Styler.ChartTheme.XChart).build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE).setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(ALL).setXAxisDecimalPattern("0");
        for (int m = 0; m < results.size(); m++) {
            Color color = color(m, results.size());
            for (Order order : Order.values()) {
                List<Double> curve = results.get(m).curves().get(score).get(order);
                add(chart, results.get(m).method(), order, curve, color);
            }
        }
        return Png.encode(BitmapEncoder.getBufferedImage(chart));
    }

    private static void add(XYChart chart, String method, Order order, List<Double> curve, Color color) {
        double[] shares = IntStream.range(0, curve.size()).mapToDouble(k -> ALL * k / (curve.size() - 1)).toArray();
        XYSeries series = chart.addSeries(method + " " + order, shares,
                curve.stream().mapToDouble(Double::doubleValue).toArray());
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(color);
        series.setLineStyle(order == Order.MORF
                ? new BasicStroke(2f)
                : new BasicStroke(2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {6, 4}, 0));
        series.setShowInLegend(order == Order.MORF);
        series.setLabel(method);
    }

    /** Hues that lie far apart; every second one darker. */
    private static Color color(int method, int of) {
        return Color.getHSBColor((float) method / Math.max(of, COLORS), 0.85f, method % 2 == 0 ? 0.85f : 0.55f);
    }
}
