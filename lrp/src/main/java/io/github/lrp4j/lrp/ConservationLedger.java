package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where relevance went: per node what came in, what each operand got, and which {@link Sink} took the rest.
 *
 * <p>Sums are taken in float64 over the tensors that were really passed, so the books balance,
 * {@code seed = inputs + parameters + sinks}, up to the rounding of additions where several contributions meet; see
 * {@link #imbalance()}. Conservation is Bach et al. 2015, eq. 2.
 */
public final class ConservationLedger {
    /**
     * One node's books.
     *
     * @param index index in the graph
     * @param node op and scope
     * @param in relevance that arrived
     * @param out relevance passed to each operand, 0 where none
     * @param sinks what went elsewhere
     */
    public record Entry(int index, String node, double in, List<Double> out, Map<Sink, Double> sinks) {
    }

    /**
     * Relevance that ended at a leaf or a target.
     *
     * @param name name of the input or parameter
     * @param kind input, bias (an additive parameter: biases, position tables), weight, or a target within the graph
     * @param amount sum of its relevance
     */
    public record Ending(String name, Kind kind, double amount) {
        /** What kind of leaf. */
        public enum Kind {
            /** Something to explain. */
            INPUT,
            /** A parameter that is added. */
            BIAS,
            /** Any other parameter. */
            WEIGHT,
            /** A value within the graph, behind which nothing was wanted. */
            TARGET
        }
    }

    private final double seed;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Ending> endings = new ArrayList<>();
    private double gross;

    ConservationLedger(double seed) {
        this.seed = seed;
        this.gross = Math.abs(seed);
    }

    /** Books a node; {@code remainder} takes the difference. */
    void post(int index, Node node, Sink remainder, double in, double[] out, Map<Sink, Double> booked) {
        double rest = in;
        List<Double> shares = new ArrayList<>(out.length);
        for (double share : out) {
            rest -= share;
            shares.add(share);
            gross = Math.max(gross, Math.abs(share));
        }
        Map<Sink, Double> sinks = new EnumMap<>(Sink.class);
        sinks.putAll(booked);
        for (double amount : booked.values()) {
            rest -= amount;
            gross = Math.max(gross, Math.abs(amount));
        }
        sinks.merge(remainder, rest, Double::sum);
        entries.add(new Entry(index, node.toString(), in, shares, Collections.unmodifiableMap(sinks)));
    }

    void end(Graph graph, int index, double amount) {
        Node node = graph.node(index);
        boolean added = graph.uses(index).stream().anyMatch(use -> graph.node(use.consumer()).op() instanceof Additive);
        Ending.Kind kind =
                node.op() instanceof Leaf.Input ? Ending.Kind.INPUT : added ? Ending.Kind.BIAS : Ending.Kind.WEIGHT;
        endings.add(new Ending(node.op().name(), kind, amount));
        gross = Math.max(gross, Math.abs(amount));
    }

    /** Books relevance that was asked for in the middle of the graph and followed no further. */
    void endAtTarget(Node node, double amount) {
        endings.add(new Ending(node.toString(), Ending.Kind.TARGET, amount));
        gross = Math.max(gross, Math.abs(amount));
    }

    /** Relevance that started. */
    public double seed() {
        return seed;
    }

    /** Nodes that relevance passed, from the output on. */
    public List<Entry> entries() {
        return Collections.unmodifiableList(entries);
    }

    /** Leaves at which relevance ended. */
    public List<Ending> endings() {
        return Collections.unmodifiableList(endings);
    }

    /** Relevance that ended at leaves of a kind. */
    public double at(Ending.Kind kind) {
        return endings.stream().filter(e -> e.kind() == kind).mapToDouble(Ending::amount).sum();
    }

    /** Relevance that a sink took, over all nodes; negative where a rule created some. */
    public double at(Sink sink) {
        return entries.stream().mapToDouble(e -> e.sinks().getOrDefault(sink, 0.0)).sum();
    }

    /** {@code |seed - inputs - parameters - sinks|}, relative to the largest amount in the books: rounding, never more. */
    public double imbalance() {
        double accounted = 0;
        for (Ending.Kind kind : Ending.Kind.values()) {
            accounted += at(kind);
        }
        for (Sink sink : Sink.values()) {
            accounted += at(sink);
        }
        return gross == 0 ? 0 : Math.abs(seed - accounted) / gross;
    }

    /** The totals, one a line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%-14s %14.6g%n", "seed", seed));
        for (Ending.Kind kind : Ending.Kind.values()) {
            if (kind == Ending.Kind.TARGET && at(kind) == 0) {
                continue;
            }
            text.append(String.format(Locale.ROOT, "%-14s %14.6g%n", kind.name().toLowerCase(Locale.ROOT), at(kind)));
        }
        for (Sink sink : Sink.values()) {
            if (at(sink) != 0) {
                text.append(String.format(Locale.ROOT, "%-14s %14.6g%n",
                        sink.name().toLowerCase(Locale.ROOT).replace('_', ' '), at(sink)));
            }
        }
        return text.append(String.format(Locale.ROOT, "%-14s %14.2g%n", "imbalance", imbalance())).toString();
    }
}
