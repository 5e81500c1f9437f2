package io.github.lrp4j.cli.explain;

import io.github.lrp4j.explain.picture.Html;
import io.github.lrp4j.cli.ledger.LedgerPicture;
import io.github.lrp4j.explain.picture.Overlay;
import io.github.lrp4j.explain.picture.Png;
import io.github.lrp4j.explain.picture.Zoom;

/** The pictures of an explanation as PNG files, all of one size. */
final class Pictures {
    private final int width;
    private final int height;
    private final byte[] seen;
    private final byte[] heatMap;
    private final byte[] overlay;
    private final byte[] ledger;

    Pictures(Explanation explanation) {
        int zoom = Zoom.factorFor(explanation.seen().width(), explanation.seen().height());
        width = explanation.seen().width() * zoom;
        height = explanation.seen().height() * zoom;
        seen = Png.encode(Overlay.picture(explanation.seen(), zoom));
        heatMap = Png.encode(explanation.heatMap().draw(zoom));
        overlay = Png.encode(Overlay.draw(explanation.heatMap(), explanation.seen(), zoom));
        ledger = LedgerPicture.png(explanation.ledger());
    }

    /** What the network saw. */
    byte[] seen() {
        return seen;
    }

    /** Relevance. */
    byte[] heatMap() {
        return heatMap;
    }

    /** Relevance over what the network saw. */
    byte[] overlay() {
        return overlay;
    }

    /** Where the relevance went. */
    byte[] ledger() {
        return ledger;
    }

    /** One of them as an element of a page. */
    String image(byte[] png, String alternative) {
        return Html.image(png, alternative, width, height);
    }
}
