package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All that a plan depends on: how the graph is wired, what its nodes kept, and what was decided about them.
 *
 * <p>No shape is in it, and no attribute of an op, so a plan serves batches, sequences and images of other sizes. Where a
 * selector or a rule decides by shape, the decision is what is compared: another decision is another plan.
 */
final class PlanKey {
    /** A node's op and place, by which a plan describes it. */
    private record Place(Class<? extends Op> op, String name, String scope) {
    }

    private final int[] wiring;
    private final List<Place> places;
    private final Decisions decisions;
    private final int hash;

    private PlanKey(int[] wiring, List<Place> places, Decisions decisions) {
        this.wiring = wiring;
        this.places = places;
        this.decisions = decisions;
        this.hash = (Arrays.hashCode(wiring) * 31 + places.hashCode()) * 31 + decisions.hashCode();
    }

    static PlanKey of(Graph graph, Decisions decisions) {
        IntStream.Builder wiring = IntStream.builder();
        List<Place> places = new ArrayList<>(graph.size());
        wiring.add(graph.outputs().size());
        graph.outputs().forEach(value -> {
            wiring.add(graph.indexOf(value.node()));
            wiring.add(value.output());
        });
        for (int index = 0; index < graph.size(); index++) {
            Node node = graph.node(index);
            places.add(new Place(node.op().getClass(), node.op().name(), node.scope()));
            add(wiring, graph, index, node);
        }
        return new PlanKey(wiring.build().toArray(), places, decisions);
    }

    private static void add(IntStream.Builder wiring, Graph graph, int index, Node node) {
        int operands = node.operands().size();
        wiring.add(operands);
        wiring.add(node.outputCount());
        for (int i = 0; i < operands; i++) {
            Node.Edge edge = node.operands().get(i);
            wiring.add(graph.producer(index, i));
            wiring.add(edge.output());
            wiring.add(node.keptOperand(i) != null ? 1 : 0);
        }
        for (int o = 0; o < node.outputCount(); o++) {
            wiring.add(node.keptOutput(o) != null ? 1 : 0);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PlanKey key && hash == key.hash && Arrays.equals(wiring, key.wiring)
                && places.equals(key.places) && decisions.equals(key.decisions);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
