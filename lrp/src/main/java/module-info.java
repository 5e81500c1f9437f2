/** Layer-wise relevance propagation on any recorded graph. */
module io.github.lrp4j.lrp {
    requires transitive io.github.lrp4j.autograd;

    exports io.github.lrp4j.lrp;
    exports io.github.lrp4j.lrp.ledger;
    exports io.github.lrp4j.lrp.promise;
    exports io.github.lrp4j.lrp.rule;
}
