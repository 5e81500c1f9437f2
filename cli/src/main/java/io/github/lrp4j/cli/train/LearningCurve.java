package io.github.lrp4j.cli.train;

import io.github.lrp4j.explain.picture.Png;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Loss and accuracy over the epochs as a picture. */
final class LearningCurve {
    private LearningCurve() {
    }

    /** The PNG file. */
    static byte[] png(String title, List<TrainingLog.Epoch> epochs) {
        XYChart chart = new XYChartBuilder().width(900).height(520).title(title).xAxisTitle("epoch")
                .yAxisTitle("mean loss of the epoch").theme(Styler.ChartTheme.XChart).build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS)
                .setLegendLayout(Styler.LegendLayout.Horizontal)
                .setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisDecimalPattern("0").setYAxisGroupPosition(1, Styler.YAxisPosition.Right);
        add(chart, "training loss", 0, new Color(0x2166ac), epochs, TrainingLog.Epoch::loss);
        add(chart, "test accuracy, %", 1, new Color(0xb2182b), epochs, epoch -> 100 * epoch.accuracy());
        chart.setYAxisGroupTitle(1, "test accuracy, %");
        return Png.encode(BitmapEncoder.getBufferedImage(chart));
    }

    private static void add(XYChart chart, String name, int axis, Color color, List<TrainingLog.Epoch> epochs,
            ToDoubleFunction<TrainingLog.Epoch> value) {
        XYSeries series = chart.addSeries(name, epochs.stream().mapToDouble(TrainingLog.Epoch::epoch).toArray(),
                epochs.stream().mapToDouble(value).toArray());
        series.setMarker(SeriesMarkers.CIRCLE);
        series.setMarkerColor(color);
        series.setLineColor(color);
        series.setLineStyle(new BasicStroke(2.5f));
        series.setYAxisGroup(axis);
    }
}
