/** Layers, architectures, their weights, and their input. */
module io.github.lrp4j.zoo {
    requires transitive io.github.lrp4j.autograd;
    requires transitive com.fasterxml.jackson.databind;
    requires ai.djl.tokenizers;
    requires java.desktop;
    requires java.net.http;

    exports io.github.lrp4j.zoo;
    exports io.github.lrp4j.zoo.data;
    exports io.github.lrp4j.zoo.fashion;
    exports io.github.lrp4j.zoo.files;
    exports io.github.lrp4j.zoo.hub;
    exports io.github.lrp4j.zoo.image;
    exports io.github.lrp4j.zoo.json;
    exports io.github.lrp4j.zoo.layer;
    exports io.github.lrp4j.zoo.published;
    exports io.github.lrp4j.zoo.text;
    exports io.github.lrp4j.zoo.tokenizer;
    exports io.github.lrp4j.zoo.train;
    exports io.github.lrp4j.zoo.vision;
    exports io.github.lrp4j.zoo.weights;
}
