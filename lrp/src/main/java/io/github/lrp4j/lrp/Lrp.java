package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.ShapeException;
import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.GraphException;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Explains outputs of recorded graphs by layer-wise relevance propagation.
 *
 * <pre>{@code
 * Lrp lrp = Lrp.with(Presets.dynamicLrp());
 * Relevance r = lrp.explain(logits, Seed.top1());
 * r.of(pixels);   r.ledger();   r.plan().audit();
 *
 * lrp.explain(Start.at(startLogits, Seed.top1()), Start.at(endLogits, Seed.top1()));   // several outputs at once
 * lrp.only(pixels).explain(logits, Seed.top1());                                       // nothing but what leads there
 * }</pre>
 *
 * <p>Plans are compiled once per structure of graph and kept, the most recently used ones; sizes are no part of the
 * structure. Thread-safe: an Lrp serves any number of threads, on graphs of their own or on the same one. An explanation
 * that fails changes nothing.
 */
public final class Lrp {
    private static final int PLANS = 32;

    private final RuleTable rules;
    private final RunOptions options;
    private final Map<PlanKey, RelevancePlan> plans;

    private Lrp(RuleTable rules, RunOptions options, Map<PlanKey, RelevancePlan> plans) {
        this.rules = rules;
        this.options = options;
        this.plans = plans;
    }

    /** Propagation by these rules. */
    public static Lrp with(RuleTable rules) {
        return new Lrp(rules, RunOptions.DEFAULT, new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<PlanKey, RelevancePlan> eldest) {
                return size() > PLANS;
            }
        });
    }

    /** The same, watched; shares the plans. */
    public Lrp watchedBy(Trace watcher) {
        return new Lrp(rules, options.watchedBy(watcher), plans);
    }

    /** The same, keeping the relevance of every node instead of leaves and named intermediates; shares the plans. */
    public Lrp keepingAll() {
        return new Lrp(rules, options.keepingAll(), plans);
    }

    /**
     * The same, for these values alone: inputs, parameters or anything between, of one graph; shares the plans.
     *
     * <p>Whatever leads to none of them is pruned: it costs nothing, and Promises that only it would need are not made. The
     * numbers are those of a run without pruning; the ledger shows what was left out under {@link Sink#PRUNED}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Lrp only(Value... targets) {
        if (targets.length == 0) {
            throw new IllegalArgumentException("only: name at least one target");
        }
        return new Lrp(rules, options.only(List.of(targets)), plans);
    }

    /**
     * The same, where relevance ends at these values as it does at leaves: what they were made of gets nothing from them;
     * shares the plans.
     *
     * <p>For a sum over looked-up vectors of words, say, whose table nobody asks about and would take as much memory as all of
     * the model's words. All other numbers are those of a run without; the ledger books the values as targets.
     * <pre>{@code
     * Relevance r = lrp.endingAt(words).explain(logits, Seed.top1());
     * r.of(words);
     * }</pre>
     */
    public Lrp endingAt(Value... values) {
        return new Lrp(rules, options.endingAt(List.of(values)), plans);
    }

    /**
     * The same, letting NaN and infinities pass instead of throwing {@link NonFiniteRelevanceException}; shares the plans.
     */
    public Lrp allowingNonFinite() {
        return new Lrp(rules, options.allowingNonFinite(), plans);
    }

    /**
     * The same, computing every value that was not kept again from what made it; shares the plans.
     *
     * <p>Otherwise a product is not repeated where a value further up determines it, up to rounding: {@code x w = y - b} where
     * a GELU kept its input {@code y = x w + b}, {@code x w = s - r} where a norm kept the residual sum {@code s}, and the
     * output of a ReLU where no relevance depends on what it cut off. That saves up to a forward pass; it changes float32
     * results by rounding only, and is not done in float64.
     */
    public Lrp repeatingProducts() {
        return new Lrp(rules, options.repeatingProducts(), plans);
    }

    /**
     * The same, recording the pass itself on the tape of what it explains; shares the plans.
     *
     * <p>{@link Relevance#value} then gives relevance that can be computed with and differentiated: to parameters, through
     * the activations that the rules read and the forward pass that made them, and to inputs. What rules decide by comparing
     * (signs, winners) is piecewise constant. A pass costs and keeps as much as a second forward pass of the ops that the
     * rules are made of; one tape serves one thread.
     * <pre>{@code
     * Relevance r = Lrp.with(rules).recordGraph().explain(logits, Seed.target(labels));
     * Value inside = r.value(pixels).mul(mask).abs().sum();
     * Gradients gradients = Gradients.ofScalar(crossEntropy.add(inside.scale(lambda)));
     * }</pre>
     */
    public Lrp recordGraph() {
        return new Lrp(rules, options.recordingGraph(), plans);
    }

    /** The rules. */
    public RuleTable rules() {
        return rules;
    }

    /** The plan for the graph behind these outputs: from the cache, or compiled. */
    public RelevancePlan plan(Value... outputs) {
        Graph graph = Graph.of(outputs);
        return plan(graph, targets(graph, List.of()));
    }

    private RelevancePlan plan(Graph graph, Targets targets) {
        Decisions decisions = Decisions.of(graph, rules, targets);
        PlanKey key = PlanKey.of(graph, decisions);
        synchronized (plans) {
            RelevancePlan known = plans.get(key);
            if (known != null) {
                return known;
            }
        }
        RelevancePlan plan = RelevancePlan.compile(graph, decisions);
        synchronized (plans) {
            RelevancePlan raced = plans.putIfAbsent(key, plan);
            return raced != null ? raced : plan;
        }
    }

    private Targets targets(Graph graph, List<Value> intermediates) {
        List<Value> values = new ArrayList<>(intermediates);
        if (options.only() != null) {
            values.addAll(options.only());
        }
        return Targets.of(graph, options.only() != null, options.keepAll(), values, options.ends());
    }

    /**
     * Propagates relevance from an output to every leaf.
     *
     * @param output what to explain
     * @param seed where relevance starts
     * @param intermediates values besides the leaves whose relevance will be asked for
     * @throws GraphException of the kind that says what is wrong: {@link MissingRuleException},
     *     {@link UnsuitableRuleException}, {@link RuleFailedException}, {@link UnrelatedTargetException},
     *     {@link NonFiniteRelevanceException}, {@link io.github.lrp4j.autograd.ShapeException},
     *     {@link io.github.lrp4j.autograd.GraphFreedException}
     */
    public Relevance explain(Value output, Seed seed, Value... intermediates) {
        return explain(List.of(Start.at(output, seed)), intermediates);
    }

    /**
     * Propagates relevance from several outputs of one tape at once; it adds up. A value may be named twice, and one may
     * lead to another.
     */
    public Relevance explain(Start... starts) {
        return explain(List.of(starts));
    }

    /** As {@link #explain(Start...)}, keeping the relevance of these values besides the leaves. */
    public Relevance explain(List<Start> starts, Value... intermediates) {
        Graph graph = Graph.of(starts.stream().map(Start::output).toArray(Value[]::new));
        Targets targets = targets(graph, List.of(intermediates));
        RelevancePlan plan = plan(graph, targets);
        return Propagation.run(graph, plan, starts, targets, options);
    }

    /**
     * One explanation per seed, from one reverse sweep: {@code result[k] = explain(output, seeds[k])}, with a ledger of its
     * own.
     *
     * <p>Relevance is carried in lanes, {@code [K, ...]}: every node is visited once, values are recovered once, and what a
     * rule derives from values (denominators, parts by sign) is computed once. Only relevance takes K times the memory. A
     * rule that does not {@linkplain Rule#takesLanes take lanes} is asked lane by lane. Equal to single explanations,
     * bit by bit in float64; in float32 to the rounding of products of other sizes.
     * <pre>{@code
     * List<Relevance> top3 = lrp.explainEach(logits, Seed.top(3));
     * List<Relevance> words = lrp.explainEach(logits, Seed.top1().atPositions(3, 7, 11), embeddings);
     * }</pre>
     *
     * @param output what to explain
     * @param seeds where relevance starts, one explanation each
     * @param intermediates values besides the leaves whose relevance will be asked for
     * @return in the order of the seeds
     * @throws GraphException as {@link #explain(Value, Seed, Value...)}
     */
    public List<Relevance> explainEach(Value output, List<Seed> seeds, Value... intermediates) {
        if (options.recorded()) {
            return seeds.stream().map(seed -> explain(output, seed, intermediates)).toList();
        }
        List<Tensor> starts = new ArrayList<>(seeds.size());
        for (Seed seed : seeds) {
            Tensor start = seed.start(output);
            if (!start.shape().equals(output.tensor().shape())) {
                throw new ShapeException(output.node(), "seed " + starts.size() + " of output " + output.output(),
                        output.tensor().shape(), start.shape(), "start with one number per cell of the output");
            }
            starts.add(start);
        }
        boolean sameType = starts.stream().map(Tensor::dtype).distinct().count() <= 1;
        if (starts.size() <= 1 || !sameType) {
            return starts.stream().map(start -> explain(output, Seed.of(start), intermediates)).toList();
        }
        Graph graph = Graph.of(output);
        Targets targets = targets(graph, List.of(intermediates));
        return Propagation.runLanes(graph, plan(graph, targets), starts, targets, options);
    }
}
