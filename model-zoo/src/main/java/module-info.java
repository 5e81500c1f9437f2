/** Layers, architectures and their weights. */
module io.github.lrp4j.zoo {
    requires transitive io.github.lrp4j.autograd;
}
