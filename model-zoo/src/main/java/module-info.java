/** Layers, architectures, their weights, and their input. */
module io.github.lrp4j.zoo {
    requires transitive io.github.lrp4j.autograd;
    requires java.desktop;

    exports io.github.lrp4j.zoo.image;
}
