package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.picture.Overlay;
import io.github.lrp4j.cli.picture.Png;
import io.github.lrp4j.cli.picture.Zoom;

/**
 * The pictures of an explanation as PNG files, all of one size.
 *
 * @param width pixels per row
 * @param height number of rows
 * @param seen what the network saw
 * @param heatMap relevance
 * @param overlay relevance over what the network saw
 */
record Pictures(int width, int height, byte[] seen, byte[] heatMap, byte[] overlay) {
    static Pictures of(Explanation explanation) {
        int width = explanation.seen().width();
        int height = explanation.seen().height();
        int zoom = Zoom.factorFor(width, height);
        return new Pictures(width * zoom, height * zoom, Png.encode(Overlay.picture(explanation.seen(), zoom)),
                Png.encode(explanation.heatMap().draw(zoom)),
                Png.encode(Overlay.draw(explanation.heatMap(), explanation.seen(), zoom)));
    }

    /** One of them as an element of a page. */
    String image(byte[] png, String alternative) {
        return Html.image(png, alternative, width, height);
    }
}
