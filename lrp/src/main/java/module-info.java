/** Layer-wise relevance propagation on any recorded graph. */
module io.github.lrp4j.lrp {
    requires transitive io.github.lrp4j.autograd;
}
