/** Records the graph during the forward pass and sweeps it in reverse. */
module io.github.lrp4j.autograd {
    requires transitive io.github.lrp4j.tensor;

    exports io.github.lrp4j.autograd;
    exports io.github.lrp4j.autograd.check;
    exports io.github.lrp4j.autograd.expr;
    exports io.github.lrp4j.autograd.init;
    exports io.github.lrp4j.autograd.op;
    exports io.github.lrp4j.autograd.optim;
    exports io.github.lrp4j.autograd.record;
}
