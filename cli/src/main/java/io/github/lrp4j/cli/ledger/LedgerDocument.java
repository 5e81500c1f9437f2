package io.github.lrp4j.cli.ledger;

import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.ConservationLedger.Ending;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.ledger.Drift;
import io.github.lrp4j.lrp.ledger.ScopeBooks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A ledger as {@code ledger.json}. Amounts are sums of relevance in float64; a number that is not finite is a string.
 *
 * <pre>{@code
 * {
 *   "seed": 1.0,                          relevance that started
 *   "imbalance": 3e-8,                    |seed - ended - sinks| over the largest amount in the books: rounding
 *   "ended": {"inputs": .., ..},          by kind of leaf: inputs, biases, embeddings, weights, targets
 *   "sinks": {"stabiliser": .., ..},      by sink, where it is not 0; created relevance is negative
 *   "worst": [{"index": .., ..}],         the nodes that leak most, the largest first
 *   "scopes": [{"scope": "features", ..}],   every module with all in it: in = out + ended + sinks + imbalance
 *   "drift": [{"depth": 0, ..}],          what is left after every depth, counted from the output
 *   "leaves": [{"name": .., ..}],         every leaf at which relevance ended
 *   "nodes": [{"index": .., ..}]          every node that relevance passed: in = sum out + sinks
 * }
 * }</pre>
 *
 * @param seed relevance that started
 * @param imbalance {@link ConservationLedger#imbalance}
 * @param ended by {@link Ending.Kind#label}, where it is not 0, inputs always
 * @param sinks by {@link Sink#label}, where it is not 0
 * @param worst the nodes that leak most
 * @param scopes a module each, outer ones before those in them
 * @param drift a depth each, from the output on
 * @param leaves where relevance ended
 * @param nodes in the order in which relevance passed them
 */
public record LedgerDocument(double seed, double imbalance, Map<String, Double> ended, Map<String, Double> sinks,
        List<WorstNode> worst, List<ScopeAccounts> scopes, List<Drift> drift, List<LeafAccounts> leaves,
        List<NodeAccounts> nodes) {
    /** How many of the worst nodes are listed. */
    public static final int WORST = 10;

    /**
     * A node that leaks.
     *
     * @param index index in the graph
     * @param op name of the op
     * @param scope module path
     * @param rule the rule and its constants
     * @param in what arrived
     * @param out what went on
     * @param sink which sink took most
     * @param amount what that sink took
     * @param magnitude sum of the magnitudes of what all of its sinks took
     * @param relative magnitude over in
     */
    public record WorstNode(int index, String op, String scope, String rule, double in, double out, String sink,
            double amount, double magnitude, double relative) {
    }

    /**
     * A module with all modules in it.
     *
     * @param scope module path
     * @param nodes how many nodes passed relevance on
     * @param in what came in from outside, or started here
     * @param out what went on to other modules
     * @param ended by kind of leaf
     * @param sinks by sink
     * @param imbalance rounding where contributions were added
     */
    public record ScopeAccounts(String scope, int nodes, double in, double out, Map<String, Double> ended,
            Map<String, Double> sinks, double imbalance) {
    }

    /**
     * A leaf or target.
     *
     * @param name name of the input or parameter
     * @param scope module that it belongs to
     * @param kind kind of leaf
     * @param depth longest way from the output
     * @param amount relevance that ended there
     */
    public record LeafAccounts(String name, String scope, String kind, int depth, double amount) {
    }

    /**
     * A node.
     *
     * @param index index in the graph
     * @param op name of the op
     * @param scope module path
     * @param family family of the op
     * @param rule the rule and its constants
     * @param depth longest way from the output
     * @param in what arrived
     * @param out what each operand got
     * @param sinks by sink
     * @param imbalance what consumers had sent, minus {@code in}
     */
    public record NodeAccounts(int index, String op, String scope, String family, String rule, int depth, double in,
            List<Double> out, Map<String, Double> sinks, double imbalance) {
    }

    /** The document of a ledger. */
    public static LedgerDocument of(ConservationLedger ledger) {
        Map<Ending.Kind, Double> ended = new LinkedHashMap<>();
        for (Ending.Kind kind : Ending.Kind.values()) {
            if (kind == Ending.Kind.INPUT || ledger.at(kind) != 0) {
                ended.put(kind, ledger.at(kind));
            }
        }
        Map<Sink, Double> sinks = new LinkedHashMap<>();
        for (Sink sink : Sink.values()) {
            if (ledger.at(sink) != 0) {
                sinks.put(sink, ledger.at(sink));
            }
        }
        return new LedgerDocument(ledger.seed(), ledger.imbalance(), kinds(ended), named(sinks), worst(ledger),
                scopes(ledger), ledger.drift(),
                ledger.endings().stream().map(leaf -> new LeafAccounts(leaf.name(), leaf.scope(), leaf.kind().label(),
                        leaf.depth(), leaf.amount())).toList(),
                ledger.entries().stream().map(node -> new NodeAccounts(node.index(), node.op(), node.scope(),
                        node.family().label(), node.rule().describe(), node.depth(), node.in(), node.out(),
                        named(node.sinks()), node.imbalance())).toList());
    }

    private static List<WorstNode> worst(ConservationLedger ledger) {
        return ledger.worst(WORST).stream()
                .map(leak -> new WorstNode(leak.entry().index(), leak.entry().op(), leak.entry().scope(),
                        leak.entry().rule().describe(), leak.entry().in(), leak.entry().passed(), leak.sink().label(),
                        leak.amount(), leak.magnitude(), leak.relative()))
                .toList();
    }

    private static List<ScopeAccounts> scopes(ConservationLedger ledger) {
        List<ScopeAccounts> scopes = new ArrayList<>();
        boolean deeper = true;
        for (int segments = 1; deeper; segments++) {
            deeper = false;
            for (ScopeBooks books : ledger.scopes(segments)) {
                // Shorter paths were whole modules at the cut before.
                if (!books.scope().isEmpty() && books.scope().split("\\.").length == segments) {
                    scopes.add(new ScopeAccounts(books.scope(), books.nodes(), books.in(), books.out(),
                            kinds(books.endings()), named(books.sinks()), books.imbalance()));
                    deeper = true;
                }
            }
        }
        return scopes;
    }

    private static Map<String, Double> named(Map<Sink, Double> sinks) {
        return labelled(sinks, Sink::label);
    }

    private static Map<String, Double> kinds(Map<Ending.Kind, Double> endings) {
        return labelled(endings, Ending.Kind::label);
    }

    private static <K> Map<String, Double> labelled(Map<K, Double> amounts, Function<K, String> label) {
        Map<String, Double> named = new LinkedHashMap<>();
        amounts.forEach((key, amount) -> named.put(label.apply(key), amount));
        return named;
    }
}
