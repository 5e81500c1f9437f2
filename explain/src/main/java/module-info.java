/** Explanations in one call: which pixels or words made a published model say what it said. */
module io.github.lrp4j.explain {
    requires transitive io.github.lrp4j.lrp;
    requires transitive io.github.lrp4j.zoo;
    requires transitive java.desktop;

    exports io.github.lrp4j.explain;
    exports io.github.lrp4j.explain.picture;

    // Reports are written from records by reflection.
    opens io.github.lrp4j.explain to com.fasterxml.jackson.databind;
}
