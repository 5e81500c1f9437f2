package io.github.lrp4j.cli.ledger;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/** A white sheet to draw charts on; works without a display. */
final class Canvas implements AutoCloseable {
    /** Colour of texts. */
    static final Color INK = new Color(0x1d2127);
    /** Colour of what is less important. */
    static final Color SOFT = new Color(0x59626e);
    /** Colour of grid lines. */
    static final Color LINE = new Color(0xd9dee5);

    private final BufferedImage image;
    private final Graphics2D graphics;

    Canvas(int width, int height) {
        image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
    }

    /** Text that begins at x; {@code share} 0.5 centres it there, 1 lets it end there. The baseline is at y. */
    void text(String text, double x, double y, double share, Color color, int size, boolean bold) {
        graphics.setFont(new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, size));
        graphics.setColor(color);
        graphics.drawString(text, (float) (x - share * graphics.getFontMetrics().stringWidth(text)), (float) y);
    }

    /** The text, without its end where it is wider than {@code width}. */
    String fitting(String text, double width, int size) {
        FontMetrics metrics = graphics.getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, size));
        String fitting = text;
        while (metrics.stringWidth(fitting) > width && fitting.length() > 4) {
            fitting = fitting.substring(0, fitting.length() - 4) + "...";
        }
        return fitting;
    }

    void line(double x1, double y1, double x2, double y2, Color color, float width) {
        graphics.setColor(color);
        graphics.setStroke(new BasicStroke(width));
        graphics.draw(new Line2D.Double(x1, y1, x2, y2));
    }

    void bar(double x1, double x2, double y, double height, Color color) {
        graphics.setColor(color);
        // A bar that is there can be seen.
        graphics.fill(new Rectangle2D.Double(Math.min(x1, x2), y, Math.max(1.5, Math.abs(x2 - x1)), height));
    }

    void path(double[] x, double[] y, Color color, float width, float... dashes) {
        Path2D path = new Path2D.Double();
        for (int i = 0; i < x.length; i++) {
            if (i == 0) {
                path.moveTo(x[i], y[i]);
            } else {
                path.lineTo(x[i], y[i]);
            }
        }
        graphics.setColor(color);
        graphics.setStroke(dashes.length == 0
                ? new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
                : new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dashes, 0));
        graphics.draw(path);
    }

    void dot(double x, double y, double radius, Color color) {
        graphics.setColor(color);
        graphics.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
    }

    BufferedImage image() {
        return image;
    }

    @Override
    public void close() {
        graphics.dispose();
    }
}
