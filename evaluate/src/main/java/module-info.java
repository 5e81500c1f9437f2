/** How faithful explanations are: attributions of any kind, perturbation curves, localisation and sanity checks. */
module io.github.lrp4j.evaluate {
    requires transitive io.github.lrp4j.explain;
    requires transitive io.github.lrp4j.lrp;
    requires transitive io.github.lrp4j.zoo;

    exports io.github.lrp4j.evaluate;
    exports io.github.lrp4j.evaluate.attribution;
    exports io.github.lrp4j.evaluate.baseline;
    exports io.github.lrp4j.evaluate.localisation;
    exports io.github.lrp4j.evaluate.perturbation;
    exports io.github.lrp4j.evaluate.sanity;
}
