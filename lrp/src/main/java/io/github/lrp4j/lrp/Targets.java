package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Value;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whose relevance a run keeps.
 *
 * @param only whether nothing but {@code asked} is wanted, so that whatever leads to none of it can be left out
 * @param all whether what arrives at any node is kept
 * @param asked per node that was named, which of its outputs
 * @param ends nodes at which relevance ends as it does at leaves
 */
record Targets(boolean only, boolean all, Map<Integer, BitSet> asked, BitSet ends) {
    /**
     * Targets in one graph.
     *
     * @param values whose relevance will be asked for
     * @param ends values whose relevance will be asked for and goes no further
     * @throws UnrelatedTargetException if the graph does not contain one
     */
    static Targets of(Graph graph, boolean only, boolean all, List<Value> values, List<Value> ends) {
        Map<Integer, BitSet> asked = new TreeMap<>();
        values.forEach(value -> asked.computeIfAbsent(indexOf(graph, value), key -> new BitSet()).set(value.output()));
        BitSet ended = new BitSet();
        for (Value end : ends) {
            asked.computeIfAbsent(indexOf(graph, end), key -> new BitSet()).set(end.output());
            ended.set(indexOf(graph, end));
        }
        return new Targets(only, all, asked, ended);
    }

    private static int indexOf(Graph graph, Value value) {
        int index = graph.indexOf(value.node());
        if (index < 0) {
            throw new UnrelatedTargetException(value.node());
        }
        return index;
    }

    /** Whether output {@code o} of the node at {@code index} was named. */
    boolean names(int index, int o) {
        BitSet outputs = asked.get(index);
        return outputs != null && outputs.get(o);
    }

    /** Whether what arrives at the node at {@code index} is kept. */
    boolean keeps(Graph graph, int index) {
        return all || asked.containsKey(index) || !only && graph.node(index).op() instanceof Leaf;
    }
}
