package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.promise.Promise;
import io.github.lrp4j.lrp.promise.PromiseBranch;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One random graph under one retain policy: its relevance, its gradients, and who was visited how often. */
final class Explained {
    private static final Kernels KERNELS = new ReferenceKernels();

    final Retain retain;
    final Relevance relevance;
    final Map<String, double[]> relevances = new HashMap<>();
    final Map<String, double[]> gradients = new HashMap<>();
    final int nodes;
    /** What went wrong on the way, or empty. */
    final String fault;

    private Explained(Lrp lrp, Retain retain, long seed, int steps) {
        this.retain = retain;
        List<Value> values = RandomGraphs.recordAll(new Tape(KERNELS, retain), seed, steps);
        Value output = values.getLast();
        Once propagated = new Once();
        Once recovered = new Once();
        relevance = lrp.allowingNonFinite().watchedBy(new Trace() {
            @Override
            public void propagated(int index) {
                propagated.at(index);
            }

            @Override
            public void recovered(int index) {
                recovered.at(index);
            }
        }).explain(output, Seed.top1());
        Graph graph = relevance.graph();
        nodes = graph.size();
        Gradients all = Gradients.vjp(output, Tensor.full(1, DType.F64, output.shape()));
        for (Value value : values) {
            if (value.node().op() instanceof Leaf leaf && graph.indexOf(value.node()) >= 0) {
                relevances.put(leaf.name(), relevance.of(value).toDoubleArray());
                gradients.put(leaf.name(), all.of(value).toDoubleArray());
            }
        }
        fault = propagated.fault("propagated") + recovered.fault("recovered") + nodesInTwoBranches();
    }

    static Explained under(Retain retain, Lrp lrp, long seed, int steps) {
        return new Explained(lrp, retain, seed, steps);
    }

    private String nodesInTwoBranches() {
        BitSet inside = new BitSet(nodes);
        for (Promise promise : relevance.plan().promises()) {
            for (PromiseBranch branch : promise.branches()) {
                for (int node : branch.internal()) {
                    if (inside.get(node)) {
                        return "node " + node + " is inside two branches; ";
                    }
                    inside.set(node);
                }
            }
        }
        return "";
    }

    /** The first difference to another run, relative to the largest cell of a tensor, or empty. */
    String differs(Explained other, double tolerance) {
        String relevanceDiffers = differs(relevances, other.relevances, tolerance);
        return relevanceDiffers.isEmpty()
                ? differs(gradients, other.gradients, tolerance).replace("cell", "cell of the gradient")
                : relevanceDiffers;
    }

    private String differs(Map<String, double[]> mine, Map<String, double[]> theirs, double tolerance) {
        if (!mine.keySet().equals(theirs.keySet())) {
            return retain + ": leaves " + mine.keySet() + " instead of " + theirs.keySet();
        }
        for (Map.Entry<String, double[]> entry : mine.entrySet()) {
            double[] got = entry.getValue();
            double[] want = theirs.get(entry.getKey());
            double largest = 0;
            for (double cell : want) {
                largest = Math.max(largest, Math.abs(cell));
            }
            for (int i = 0; i < want.length; i++) {
                boolean same =
                        Double.compare(got[i], want[i]) == 0 || Math.abs(got[i] - want[i]) <= tolerance * largest;
                if (!same) {
                    return retain + ": " + entry.getKey() + " cell " + i + " is " + got[i] + " instead of " + want[i];
                }
            }
        }
        return "";
    }

    /** Counts that nothing happens twice to a node. */
    private static final class Once {
        private final BitSet seen = new BitSet();
        private int again = -1;

        void at(int index) {
            if (seen.get(index)) {
                again = index;
            }
            seen.set(index);
        }

        String fault(String what) {
            return again < 0 ? "" : "node " + again + " was " + what + " twice; ";
        }
    }
}
