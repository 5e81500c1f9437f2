package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.op.Add;
import io.github.lrp4j.autograd.op.Cast;
import io.github.lrp4j.autograd.op.Dropout;
import io.github.lrp4j.autograd.op.Elementwise;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.BitSet;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Chooses nodes of a graph for a row of a {@link RuleTable}.
 *
 * <p>By op or family ({@link #every}), by function ({@link #function}), by place ({@link #scope}), by order ({@link
 * #first}, {@link #last}, {@link #nth}, {@link #lowerHalf}), by what feeds them ({@link #operand}), or by any predicate
 * ({@link #where}); combined with {@link #and}, {@link #or} and {@link #not}.
 */
public final class Selector {
    /** What a selector does with a graph, once; it need answer only for nodes of {@code among}. */
    private interface Resolution {
        Predicate<Site> on(Graph graph, BitSet among);
    }

    private final String description;
    private final boolean compound;
    private final Resolution resolution;

    private Selector(String description, boolean compound, Resolution resolution) {
        this.description = description;
        this.compound = compound;
        this.resolution = resolution;
    }

    /** Nodes whose op is of this class or family. */
    public static Selector every(Class<? extends Op> type) {
        return where("every " + type.getSimpleName(), site -> type.isInstance(site.op()));
    }

    /** Nodes that apply this function to each cell. */
    public static Selector function(UnaryFn.Kind kind) {
        return where("every " + kind.name().toLowerCase(Locale.ROOT),
                site -> site.op() instanceof Elementwise op && op.function().kind() == kind);
    }

    /** The first node, in forward order, whose op is of this class or family and reads an activation. */
    public static Selector first(Class<? extends Op> type) {
        return reading(type).pick("first " + type.getSimpleName(), 0);
    }

    /** The last node, in forward order, whose op is of this class or family and reads an activation. */
    public static Selector last(Class<? extends Op> type) {
        return reading(type).pick("last " + type.getSimpleName(), -1);
    }

    /**
     * One node, in forward order, of those whose op is of this class or family and reads an activation.
     *
     * @param n counted from 0; negative from the end, -1 being the last
     */
    public static Selector nth(Class<? extends Op> type, int n) {
        return reading(type).pick(type.getSimpleName() + " [" + n + "]", n);
    }

    /**
     * The first half, in forward order, of the nodes whose op is of this class or family and reads an activation; the
     * larger half of an odd number.
     */
    public static Selector lowerHalf(Class<? extends Op> type) {
        Selector all = reading(type);
        return new Selector("lower half of " + type.getSimpleName(), false, (graph, among) -> {
            Predicate<Site> candidate = all.on(graph, among);
            int[] found = among.stream().filter(i -> candidate.test(new Site(graph, i))).toArray();
            int end = found.length == 0 ? -1 : found[(found.length - 1) / 2];
            return site -> site.index() <= end && candidate.test(site);
        });
    }

    private static Selector reading(Class<? extends Op> type) {
        return where("", site -> type.isInstance(site.op()) && site.node().isActivation());
    }

    /**
     * One node, in forward order, of those that this selects.
     *
     * @param n counted from 0; negative from the end, -1 being the last
     */
    public Selector nth(int n) {
        return pick(inner() + " [" + n + "]", n);
    }

    private Selector pick(String name, int n) {
        return new Selector(name, false, (graph, among) -> {
            Predicate<Site> candidate = on(graph, among);
            BitSet found = new BitSet(graph.size());
            for (int i = among.nextSetBit(0); i >= 0; i = among.nextSetBit(i + 1)) {
                found.set(i, candidate.test(new Site(graph, i)));
            }
            int position = n < 0 ? found.cardinality() + n : n;
            int chosen = position < 0
                    ? -1
                    : found.stream().skip(position).findFirst().orElse(-1);
            return site -> site.index() == chosen;
        });
    }

    /**
     * Nodes whose module path matches a glob: {@code *} is any run of characters without a dot, {@code **} any run at
     * all. A pattern that ends in {@code .*} also matches deeper paths, since a module's nodes carry its whole path.
     */
    public static Selector scope(String glob) {
        StringBuilder regex = new StringBuilder();
        String body = glob.endsWith(".*") && !glob.endsWith("**") ? glob.substring(0, glob.length() - 1) + "**" : glob;
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == '*' && i + 1 < body.length() && body.charAt(i + 1) == '*') {
                regex.append(".*");
                i++;
            } else if (c == '*') {
                regex.append("[^.]*");
            } else if (c == '?') {
                regex.append("[^.]");
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        Pattern pattern = Pattern.compile(regex.toString());
        return where("scope " + glob, site -> pattern.matcher(site.node().scope()).matches());
    }

    /** Nodes that satisfy a predicate; the description appears in printed tables. */
    public static Selector where(String description, Predicate<Site> predicate) {
        return new Selector(description, false, (graph, among) -> predicate);
    }

    /** Matrix products and convolutions of two activations, as in attention. */
    public static Selector bilinear() {
        return where("bilinear", site -> site.op() instanceof Linear && site.isActivation(0) && site.isActivation(1));
    }

    /** Additions of a skip connection and a branch; see {@link Site#skipOperand}. */
    public static Selector residual() {
        return where("residual", site -> site.op() instanceof Add && site.skipOperand().isPresent());
    }

    /**
     * Nodes whose operand {@code i} was made by a node that {@code producer} selects. Between the two there may be
     * nodes that only move, cast or drop cells of one operand: a transposition of keys, a dropout of probabilities.
     */
    public static Selector operand(int i, Selector producer) {
        return new Selector("operand " + i + " from " + producer.inner(), true, (graph, among) -> {
            BitSet everywhere = new BitSet(graph.size());
            everywhere.set(0, graph.size());
            Predicate<Site> made = producer.on(graph, everywhere);
            return site -> {
                int index = i < site.node().operands().size() ? source(graph, site.node(), i) : -1;
                return index >= 0 && made.test(new Site(graph, index));
            };
        });
    }

    private static int source(Graph graph, Node node, int operand) {
        Node producer = node.operands().get(operand).node();
        while (producer.operands().size() == 1 && (producer.op() instanceof Movement || producer.op() instanceof Cast
                || producer.op() instanceof Dropout)) {
            producer = producer.operands().get(0).node();
        }
        return graph.indexOf(producer);
    }

    /** Nodes that both choose. Each looks at the graph by itself: the first convolution, if it lies in that scope. */
    public Selector and(Selector other) {
        return new Selector(inner() + " and " + other.inner(), true, (graph, among) -> {
            Predicate<Site> mine = on(graph, among);
            Predicate<Site> theirs = other.on(graph, among);
            return site -> mine.test(site) && theirs.test(site);
        });
    }

    /** Nodes that either chooses. */
    public Selector or(Selector other) {
        return new Selector(inner() + " or " + other.inner(), true, (graph, among) -> {
            Predicate<Site> mine = on(graph, among);
            Predicate<Site> theirs = other.on(graph, among);
            return site -> mine.test(site) || theirs.test(site);
        });
    }

    /** Nodes that this does not choose. */
    public Selector not() {
        return new Selector("not " + inner(), false, (graph, among) -> on(graph, among).negate());
    }

    /** A row of a table: these nodes use {@code rule}. */
    public RuleTable.Row use(Rule rule) {
        return new RuleTable.RuleRow(this, rule);
    }

    /** A row of a table: {@code table} decides about these nodes, unless nothing in it selects them. */
    public RuleTable.Row use(RuleTable table) {
        return new RuleTable.TableRow(this, table);
    }

    /** This selector on the nodes {@code among} a graph. */
    Predicate<Site> on(Graph graph, BitSet among) {
        return resolution.on(graph, among);
    }

    /** The description as part of another. */
    private String inner() {
        return compound ? "(" + description + ")" : description;
    }

    /** The same selector of nodes whatever the graph: {@code every Conv}, {@code scope classifier.*}. */
    @Override
    public String toString() {
        return description;
    }
}
