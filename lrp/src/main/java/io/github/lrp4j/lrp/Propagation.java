package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.RecordedValues;
import io.github.lrp4j.autograd.ReverseSweep;
import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.record.Recording;
import io.github.lrp4j.lrp.promise.Promise;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One run of a plan: the step that the reverse sweep takes at every node.
 *
 * <p>It carries one explanation, or several side by side in lanes: values are recovered once and rules asked once per
 * node, while each explanation has {@link Books} of its own.
 */
final class Propagation implements ReverseSweep.Step {
    private static final Tensor[] NOWHERE = {};

    private final Graph graph;
    private final RelevancePlan plan;
    private final Trace trace;
    private final Kernels kernels;
    private final RecordedValues values;
    private final Optional<CutOff> cutOff;
    /** Number of lanes; 0 for one explanation without such a dimension. */
    private final int lanes;
    private final List<Books> books;

    private Propagation(Graph graph, RelevancePlan plan, Targets targets, RunOptions options, Recording recording,
            int lanes, List<List<Tensor>> starts) {
        this.graph = graph;
        this.plan = plan;
        this.lanes = lanes;
        this.trace = options.trace();
        kernels = kernels(graph, recording);
        values = new RecordedValues(graph, plan.lifetimes(), trace, recording);
        cutOff = options.repeating() || recording != null
                ? Optional.empty()
                : Optional.of(CutOff.over(graph, plan, values, kernels));
        Optional<FiniteCheck> check =
                options.nonFinite() ? Optional.empty() : Optional.of(new FiniteCheck(graph, values));
        books = starts.stream().map(start -> new Books(graph, plan, targets, kernels, check, start)).toList();
    }

    private static Kernels kernels(Graph graph, Recording recording) {
        return recording == null ? graph.outputs().get(0).tape().kernels() : recording.kernels();
    }

    /** Runs a plan from these roots, the outputs of the graph. */
    static Relevance run(Graph graph, RelevancePlan plan, List<Start> roots, Targets targets, RunOptions options) {
        Tape tape = graph.outputs().get(0).tape();
        if (!options.recorded()) {
            return exactly(options, used -> run(graph, plan, roots, targets, used, null));
        }
        try (Scope _ = tape.scope("relevance")) {
            return run(graph, plan, roots, targets, options, new Recording(tape));
        }
    }

    /** What cannot be solved for, as an infinite value cannot, is computed: where relevance stops being finite, once more so. */
    private static <T> T exactly(RunOptions options, Function<RunOptions, T> run) {
        if (options.nonFinite() || options.repeating()) {
            return run.apply(options.repeatingProducts());
        }
        try {
            return run.apply(options);
        } catch (NonFiniteRelevanceException e) {
            return run.apply(options.repeatingProducts());
        }
    }

    /** @param recording of the run, null if it is not recorded */
    private static Relevance run(Graph graph, RelevancePlan plan, List<Start> roots, Targets targets,
            RunOptions options, Recording recording) {
        Kernels kernels = kernels(graph, recording);
        Tensor[] starts = new Tensor[roots.size()];
        for (int s = 0; s < starts.length; s++) {
            Value output = roots.get(s).output();
            starts[s] = roots.get(s).seed().start(kernels,
                    recording == null ? output.tensor() : recording.traced(output));
        }
        Propagation run =
                new Propagation(graph, plan, targets, options, recording, 0, List.of(Arrays.asList(starts)));
        ReverseSweep.run(kernels, graph, starts, run);
        return run.books.get(0).close(recording);
    }

    /**
     * Runs a plan once for several explanations.
     *
     * @param starts per explanation the start relevance of the graph's only output
     */
    static List<Relevance> runLanes(Graph graph, RelevancePlan plan, List<Tensor> starts, Targets targets,
            RunOptions options) {
        return exactly(options, used -> runLanesOnce(graph, plan, starts, targets, used));
    }

    private static List<Relevance> runLanesOnce(Graph graph, RelevancePlan plan, List<Tensor> starts, Targets targets,
            RunOptions options) {
        Propagation run = new Propagation(graph, plan, targets, options, null, starts.size(),
                starts.stream().map(List::of).toList());
        Tensor[] stacked = Lanes.stack(run.kernels, starts.stream().map(start -> new Tensor[] {start}).toList());
        ReverseSweep.runLanes(run.kernels, graph, starts.size(), stacked, run);
        return run.books.stream().map(each -> each.close(null)).toList();
    }

    /** What a rule did at a node: the relevance of the operands, in lanes if there are any, and per lane what it booked. */
    private record Step(Tensor[] passed, List<Map<Sink, Double>> booked) {
    }

    @Override
    public Tensor[] at(int index, Tensor[] arrived) {
        values.release(index);
        double[] in = new double[books.size()];
        for (int k = 0; k < in.length; k++) {
            in[k] = books.get(k).arrive(index, lane(arrived, k));
        }
        Site site = new Site(graph, index);
        boolean onward = plan.reach().onward().get(index);
        if (!onward || site.op() instanceof Leaf) {
            for (int k = 0; k < in.length; k++) {
                if (onward) {
                    books.get(k).end(site, in[k]);
                } else {
                    books.get(k).endAtTarget(site, lane(arrived, k), in[k]);
                }
            }
            return NOWHERE;
        }
        cutOff.ifPresent(watch -> watch.arrived(index, arrived));
        Optional<Promise> promise = plan.promiseAt(index);
        promise.ifPresent(this::makeReady);
        Rule rule = plan.rule(index);
        Step step = propagate(rule, site, arrived);
        for (int k = 0; k < in.length; k++) {
            books.get(k).post(site, rule, lane(arrived, k), in[k], lane(step.passed, k), step.booked.get(k));
        }
        trace.propagated(index);
        promise.ifPresent(trace::complete);
        return step.passed;
    }

    private Tensor[] lane(Tensor[] tensors, int k) {
        return lanes == 0 ? tensors : Lanes.select(tensors, k);
    }

    private Step propagate(Rule rule, Site site, Tensor[] arrived) {
        SiteValues seen = plan.valuesAt(graph, kernels, values, site.index());
        boolean[] wanted = wanted(site.index());
        if (lanes == 0 || rule.takesLanes()) {
            return apply(rule, new RuleCall(kernels, site, arrived, seen, wanted, lanes));
        }
        List<Tensor[]> passed = new ArrayList<>(lanes);
        List<Map<Sink, Double>> booked = new ArrayList<>(lanes);
        for (int k = 0; k < lanes; k++) {
            Step step = apply(rule, new RuleCall(kernels, site, lane(arrived, k), seen, wanted, 0));
            passed.add(step.passed);
            booked.addAll(step.booked);
        }
        return new Step(Lanes.stack(kernels, passed), booked);
    }

    private boolean[] wanted(int index) {
        boolean[] wanted = new boolean[graph.node(index).operands().size()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = plan.reach().wants(graph, index, i);
        }
        return wanted;
    }

    /** What the rule passes on to wanted operands. */
    private static Step apply(Rule rule, RuleCall call) {
        Tensor[] passed = RuleFailedException.guarding(call.site(), rule, () -> rule.propagate(call).clone());
        for (int i = 0; i < Math.min(passed.length, call.node().operands().size()); i++) {
            if (!call.wants(i)) {
                passed[i] = null;
            }
        }
        return new Step(passed, call.accounts());
    }

    /** Recovers every operand that the rule at the Promise's origin misses, and through them its output if that is read. */
    private void makeReady(Promise promise) {
        if (promise.kind() == Promise.Kind.ORIGIN) {
            int origin = promise.origin();
            Needs read = plan.needs(origin);
            for (int operand : read.operands()) {
                values.operand(origin, operand);
            }
            if (read.output()) {
                values.output(origin, 0);
            }
        }
        trace.ready(promise);
    }
}
