package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Op;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Chooses nodes of a graph for a row of a {@link RuleTable}.
 *
 * <p>By op or family ({@link #every}), by place ({@link #scope}), by order ({@link #first}, {@link #last}), or by any
 * predicate ({@link #where}); combined with {@link #and} and {@link #not}.
 */
public final class Selector {
    /** What a selector does with a graph, once. */
    private interface Resolution {
        Predicate<Site> on(Graph graph);
    }

    private final String description;
    private final Resolution resolution;

    private Selector(String description, Resolution resolution) {
        this.description = description;
        this.resolution = resolution;
    }

    /** Nodes whose op is of this class or family. */
    public static Selector every(Class<? extends Op> type) {
        return where("every " + type.getSimpleName(), site -> type.isInstance(site.op()));
    }

    /** The first node, in forward order, whose op is of this class or family and reads an activation. */
    public static Selector first(Class<? extends Op> type) {
        return nth("first " + type.getSimpleName(), type, false);
    }

    /** The last node, in forward order, whose op is of this class or family and reads an activation. */
    public static Selector last(Class<? extends Op> type) {
        return nth("last " + type.getSimpleName(), type, true);
    }

    private static Selector nth(String description, Class<? extends Op> type, boolean last) {
        return new Selector(description, graph -> {
            IntStream candidates = IntStream.range(0, graph.size())
                    .filter(n -> type.isInstance(graph.node(n).op()) && graph.node(n).isActivation());
            int chosen = (last ? candidates.max() : candidates.findFirst()).orElse(-1);
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
        return new Selector(description, graph -> predicate);
    }

    /** Nodes that both choose. */
    public Selector and(Selector other) {
        return new Selector(description + " and " + other.description, graph -> {
            Predicate<Site> mine = on(graph);
            Predicate<Site> theirs = other.on(graph);
            return site -> mine.test(site) && theirs.test(site);
        });
    }

    /** Nodes that this does not choose. */
    public Selector not() {
        return new Selector("not " + description, graph -> on(graph).negate());
    }

    /** A row of a table: these nodes use {@code rule}. */
    public RuleTable.Row use(Rule rule) {
        return new RuleTable.Row(this, rule);
    }

    /** This selector on one graph. */
    Predicate<Site> on(Graph graph) {
        return resolution.on(graph);
    }

    /** The same selector of nodes whatever the graph: {@code every Conv}, {@code scope classifier.*}. */
    @Override
    public String toString() {
        return description;
    }

    static List<Predicate<Site>> on(Graph graph, List<RuleTable.Row> rows) {
        return rows.stream().map(row -> row.selector().on(graph)).toList();
    }
}
