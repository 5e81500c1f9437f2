package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.lrp.ledger.Drift;
import io.github.lrp4j.lrp.ledger.Family;
import io.github.lrp4j.lrp.ledger.Leak;
import io.github.lrp4j.lrp.ledger.LedgerTables;
import io.github.lrp4j.lrp.ledger.ScopeBooks;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where relevance went: per node what came in, what each operand got, and which {@link Sink} took the rest.
 *
 * <p>Sums are taken in float64 over the tensors that were really passed, and added up with compensation, so the books
 * balance, {@code seed = inputs + parameters + sinks}, up to the rounding of additions where several contributions meet;
 * see {@link #imbalance()}. Conservation is Bach et al. 2015, eq. 2.
 *
 * <pre>{@code
 * relevance.ledger().worst(10);                      // the ops that leak most
 * relevance.ledger().scope("encoder.layer.3");       // the books of one module
 * relevance.ledger().drift();                        // what is left, layer by layer
 * }</pre>
 */
public final class ConservationLedger {
    /**
     * One node's books: {@code in = sum out + sum sinks}.
     *
     * @param index index in the graph
     * @param op name of the op
     * @param scope module path
     * @param family family of the op
     * @param rule the rule
     * @param depth longest way from an output, in nodes that relevance passed
     * @param in relevance that arrived
     * @param out relevance passed to each operand, 0 where none
     * @param sinks what went elsewhere, where it is not 0
     * @param imbalance what consumers had sent, minus {@code in}: rounding where several contributions were added
     */
    public record Entry(int index, String op, String scope, Family family, Rule rule, int depth, double in,
            List<Double> out, Map<Sink, Double> sinks, double imbalance) {
        /** Relevance that all operands got. */
        public double passed() {
            CompensatedSum sum = new CompensatedSum();
            out.forEach(sum::add);
            return sum.value();
        }

        /** Relevance that did not go on, {@code in - passed}: the sum of the sinks, created relevance counting as negative. */
        public double leaked() {
            CompensatedSum sum = new CompensatedSum();
            sinks.values().forEach(sum::add);
            return sum.value();
        }

        /** {@code op at scope}. */
        public String name() {
            return scope.isEmpty() ? op : op + " at " + scope;
        }
    }

    /**
     * Relevance that ended at a leaf or a target.
     *
     * @param name name of the input or parameter, or the op
     * @param scope module that it belongs to
     * @param kind input, how a parameter is used, or a target within the graph
     * @param depth longest way from an output, in nodes that relevance passed
     * @param amount sum of its relevance
     * @param imbalance what consumers had sent, minus {@code amount}: rounding
     */
    public record Ending(String name, String scope, Kind kind, int depth, double amount, double imbalance) {
        /** What kind of leaf. */
        public enum Kind {
            /** Something to explain. */
            INPUT("inputs"),
            /** A parameter that is added: biases, position tables, class tokens. */
            BIAS("biases"),
            /** A parameter whose rows an input's ids look up: token embeddings. */
            EMBEDDING("embeddings"),
            /** Any other parameter. */
            WEIGHT("weights"),
            /** A value within the graph, behind which nothing was wanted. */
            TARGET("targets");

            private final String label;

            Kind(String label) {
                this.label = label;
            }

            /** Its name for tables and pictures. */
            public String label() {
                return label;
            }
        }
    }

    /**
     * Relevance that went along one edge.
     *
     * @param from index of the consumer that passed it on, or {@link #OUTSIDE}
     * @param to index of the node that got it
     * @param amount how much
     */
    public record Transfer(int from, int to, double amount) {
        /** Where relevance starts from. */
        public static final int OUTSIDE = -1;
    }

    /** A node's books, compact: there may be millions. */
    private record Posting(int index, Op op, String scope, Rule rule, int depth, double in, double imbalance,
            int[] producers, double[] out, Sink[] sinks, double[] amounts) {
        Entry toEntry() {
            Map<Sink, Double> named = new EnumMap<>(Sink.class);
            for (int i = 0; i < sinks.length; i++) {
                named.put(sinks[i], amounts[i]);
            }
            return new Entry(index, op.name(), scope, Family.of(op), rule, depth, in,
                    Arrays.stream(out).boxed().toList(), Collections.unmodifiableMap(named), imbalance);
        }

        Stream<Transfer> transfers() {
            return IntStream.range(0, out.length).filter(i -> producers[i] >= 0)
                    .mapToObj(i -> new Transfer(index, producers[i], out[i]));
        }
    }

    private static final Sink[] NO_SINKS = {};
    private static final double[] NO_AMOUNTS = {};

    private final String[] scopes;
    private final Arrivals arrivals;
    private final List<Posting> postings = new ArrayList<>();
    private final List<Ending> endings = new ArrayList<>();
    private final List<Transfer> starts = new ArrayList<>();
    private final CompensatedSum seed = new CompensatedSum();
    private final CompensatedSum[] bySink = sums(Sink.values().length);
    private final CompensatedSum[] byKind = sums(Ending.Kind.values().length);
    private double gross;

    /** @param nodes number of nodes of the graph */
    ConservationLedger(int nodes) {
        scopes = new String[nodes];
        arrivals = new Arrivals(nodes);
    }

    private static CompensatedSum[] sums(int count) {
        return IntStream.range(0, count).mapToObj(i -> new CompensatedSum()).toArray(CompensatedSum[]::new);
    }

    /** Relevance starts at the node at {@code index}. */
    void start(int index, double amount) {
        starts.add(new Transfer(Transfer.OUTSIDE, index, amount));
        seed.add(amount);
        arrive(index, amount, 0);
    }

    /** The sum of what was sent to the node at {@code index}; NaN unless exactly one contribution was. */
    double soleArrival(int index) {
        return arrivals.count(index) == 1 ? arrivals.sum(index) : Double.NaN;
    }

    /**
     * Books one step.
     *
     * @param remainder who gets the difference that is left
     * @param in what arrived
     * @param producers per operand, index of the node that what was passed on goes to, or -1 where nothing was
     * @param out per operand what was passed on, 0 where nothing was
     * @param booked what the rule knowingly sent elsewhere
     */
    void post(Site site, Rule rule, Sink remainder, double in, int[] producers, double[] out,
            Map<Sink, Double> booked) {
        int index = site.index();
        int depth = arrivals.depth(index);
        CompensatedSum rest = new CompensatedSum().add(in);
        for (int i = 0; i < out.length; i++) {
            rest.add(-out[i]);
            if (producers[i] >= 0) {
                arrive(producers[i], out[i], depth + 1);
            }
        }
        Map<Sink, Double> sinks = new EnumMap<>(Sink.class);
        booked.forEach((sink, amount) -> {
            sinks.put(sink, amount);
            rest.add(-amount);
        });
        sinks.merge(remainder, rest.value(), Double::sum);
        sinks.values().removeIf(amount -> amount == 0);
        sinks.forEach((sink, amount) -> {
            bySink[sink.ordinal()].add(amount);
            grow(amount);
        });
        scopes[index] = site.node().scope();
        postings.add(new Posting(index, site.op(), scopes[index], rule, depth, in, arrivals.sum(index) - in, producers,
                out, sinks.isEmpty() ? NO_SINKS : sinks.keySet().toArray(Sink[]::new),
                sinks.isEmpty() ? NO_AMOUNTS : sinks.values().stream().mapToDouble(Double::doubleValue).toArray()));
    }

    /** Books what arrived at a leaf. */
    void end(Site leaf, double amount) {
        int index = leaf.index();
        Ending.Kind kind = LeafKinds.of(leaf);
        scopes[index] = LeafKinds.owner(leaf.node());
        endings.add(new Ending(leaf.op().name(), scopes[index], kind, arrivals.depth(index), amount,
                arrivals.sum(index) - amount));
        byKind[kind.ordinal()].add(amount);
        grow(amount);
    }

    /**
     * Books relevance that was asked for in the middle of the graph and followed no further; what else arrived there is
     * posted next.
     */
    void endAtTarget(Site site, double asked, double in) {
        int index = site.index();
        scopes[index] = site.node().scope();
        double imbalance = in == asked ? arrivals.sum(index) - asked : 0;
        endings.add(new Ending(site.node().toString(), scopes[index], Ending.Kind.TARGET, arrivals.depth(index), asked,
                imbalance));
        arrivals.take(index, asked);
        byKind[Ending.Kind.TARGET.ordinal()].add(asked);
        grow(asked);
    }

    private void arrive(int index, double amount, int depth) {
        arrivals.add(index, amount, depth);
        grow(amount);
    }

    private void grow(double amount) {
        gross = Math.max(gross, Math.abs(amount));
    }

    /** Relevance that started. */
    public double seed() {
        return seed.value();
    }

    /** The largest amount in the books: the unit in which rounding is told. */
    public double gross() {
        return gross;
    }

    /** The unit in which shares are told: {@code |seed|}, or {@link #gross} where the seed adds up to 0. */
    public double scale() {
        return seed() != 0 ? Math.abs(seed()) : gross;
    }

    /** Nodes that relevance passed, from the output on. */
    public List<Entry> entries() {
        return new AbstractList<>() {
            @Override
            public Entry get(int i) {
                return postings.get(i).toEntry();
            }

            @Override
            public int size() {
                return postings.size();
            }
        };
    }

    /** Leaves and targets at which relevance ended. */
    public List<Ending> endings() {
        return Collections.unmodifiableList(endings);
    }

    /** Relevance that ended at leaves of a kind, or at targets. */
    public double at(Ending.Kind kind) {
        return byKind[kind.ordinal()].value();
    }

    /** Relevance that a sink took, over all nodes; negative where a rule created some. */
    public double at(Sink sink) {
        return bySink[sink.ordinal()].value();
    }

    /** {@code |seed - inputs - parameters - sinks|}, relative to the largest amount in the books: rounding, never more. */
    public double imbalance() {
        CompensatedSum off = new CompensatedSum().add(seed());
        for (CompensatedSum[] accounts : List.of(byKind, bySink)) {
            for (CompensatedSum account : accounts) {
                off.add(-account.value());
            }
        }
        return gross == 0 ? 0 : Math.abs(off.value()) / gross;
    }

    /** The {@code count} nodes that leak most, by the sum of the magnitudes of what their sinks took. */
    public List<Leak> worst(int count) {
        return Leak.worst(entries(), count);
    }

    /** What is left of the relevance after every depth, from the output on. */
    public List<Drift> drift() {
        return Drift.byDepth(this);
    }

    /**
     * Per node, in the order of {@link #entries}, the share of the seed that no sink has taken so far: 1 where nothing
     * leaked. Relative to {@link #scale}.
     */
    public double[] conserved() {
        double[] shares = new double[postings.size()];
        CompensatedSum leaked = new CompensatedSum();
        for (int i = 0; i < shares.length; i++) {
            for (double amount : postings.get(i).amounts()) {
                leaked.add(amount);
            }
            shares[i] = Drift.share(this, leaked.value());
        }
        return shares;
    }

    /**
     * The books of a module and of all modules in it.
     *
     * @param path module path, such as {@code encoder.layer.3}; empty for the whole graph
     * @throws IllegalArgumentException if relevance passed no node there
     */
    public ScopeBooks scope(String path) {
        return ScopeBooks.of(this, path);
    }

    /**
     * The books of all modules down to a depth: every node is in exactly one of them, that of its path cut off after
     * {@code segments} names, so their sinks and endings add up to the totals. In the order of their first node in the
     * graph.
     *
     * @param segments how many names of a path count; 0 for the whole graph in one
     */
    public List<ScopeBooks> scopes(int segments) {
        return ScopeBooks.cutAt(this, segments);
    }

    /** All transfers of relevance along edges, and those from outside where it started. */
    public Iterable<Transfer> transfers() {
        return () -> Stream.concat(starts.stream(), postings.stream().flatMap(Posting::transfers)).iterator();
    }

    /** Module path of the node at {@code index}, or of the module that a leaf belongs to; null if nothing arrived there. */
    public String scopeOf(int index) {
        return scopes[index];
    }

    /** The totals, one a line. */
    @Override
    public String toString() {
        return LedgerTables.totals(this);
    }
}
