package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.tensor.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Everything about a graph but its numbers: two graphs with equal signatures have the same plan.
 *
 * @param nodes per node its op, place, operands, shapes and what it kept
 * @param outputs node index and output position of each output
 */
record GraphSignature(List<NodeSignature> nodes, List<Integer> outputs) {
    /** One node. */
    record NodeSignature(Op op, String scope, List<Integer> operands, List<Shape> shapes, BitSet kept,
            boolean activation) {
    }

    static GraphSignature of(Graph graph) {
        List<NodeSignature> nodes = new ArrayList<>(graph.size());
        for (Node node : graph.nodes()) {
            nodes.add(signature(graph, node));
        }
        List<Integer> outputs = new ArrayList<>();
        graph.outputs().forEach(value -> {
            outputs.add(graph.indexOf(value.node()));
            outputs.add(value.output());
        });
        return new GraphSignature(List.copyOf(nodes), outputs);
    }

    private static NodeSignature signature(Graph graph, Node node) {
        int operandCount = node.operands().size();
        List<Integer> operands = new ArrayList<>(2 * operandCount);
        List<Shape> shapes = new ArrayList<>(operandCount + node.outputCount());
        BitSet kept = new BitSet();
        for (int i = 0; i < operandCount; i++) {
            Node.Edge edge = node.operands().get(i);
            operands.add(node.isLive(i) ? graph.indexOf(edge.node()) : -1);
            operands.add(edge.output());
            shapes.add(edge.shape());
            kept.set(i, node.keptOperand(i) != null);
        }
        for (int o = 0; o < node.outputCount(); o++) {
            shapes.add(node.outputShape(o));
            kept.set(operandCount + o, node.keptOutput(o) != null);
        }
        return new NodeSignature(node.op(), node.scope(), operands, shapes, kept, node.isActivation());
    }
}
