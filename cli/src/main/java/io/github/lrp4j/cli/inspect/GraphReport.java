package io.github.lrp4j.cli.inspect;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.cli.model.LoadedModel;
import io.github.lrp4j.cli.model.LoadedText;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.lrp.RelevancePlan;
import io.github.lrp4j.lrp.promise.PromiseStatistics;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@code inspect} finds out about a network.
 *
 * @param model name of the network
 * @param weights where its weights come from
 * @param parameters number of trained numbers
 * @param batchNormFolded whether batch norms were folded first
 * @param input shape of the input
 * @param rules the rule preset
 * @param nodesByOp how many nodes of each kind, the most frequent first
 * @param promises counts in the paper's terms
 * @param published what the paper says of this network, if it does
 * @param audit which rule hits which node
 */
record GraphReport(String model, String weights, long parameters, boolean batchNormFolded, List<Integer> input,
        String rules,
        Map<String, Integer> nodesByOp, PromiseStatistics promises, Published published,
        List<RelevancePlan.Step> audit) {
    /** The report on a network of pictures. */
    static GraphReport of(LoadedModel model, RulePreset preset, List<Integer> input, Graph graph, RelevancePlan plan) {
        return of(model.network().name(), model.weights(), model.parameterCount(), model.folded(), preset, input, graph,
                plan);
    }

    /** The report on a model of text. */
    static GraphReport of(LoadedText model, RulePreset preset, List<Integer> input, Graph graph, RelevancePlan plan) {
        return of(model.model().name(), model.source(), model.parameterCount(), false, preset, input, graph, plan);
    }

    private static GraphReport of(String model, String weights, long parameters, boolean folded, RulePreset preset,
            List<Integer> input, Graph graph, RelevancePlan plan) {
        Map<String, Integer> counts = new TreeMap<>();
        graph.nodes().forEach(node -> counts.merge(kind(node.op()), 1, Integer::sum));
        Map<String, Integer> ordered = new LinkedHashMap<>();
        counts.entrySet().stream().sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(entry -> ordered.put(entry.getKey(), entry.getValue()));
        return new GraphReport(model, weights, parameters, folded, input, preset.toString(), ordered, plan.statistics(),
                Published.of(model).orElse(null), plan.audit());
    }

    private static String kind(Op op) {
        return switch (op) {
            case Leaf.Input _ -> "input";
            case Leaf.Parameter _ -> "parameter";
            default -> op.name();
        };
    }

    /** The report for the screen. */
    String toText(boolean withAudit) {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(Locale.ROOT, "%-9s %s, %,d parameters (%s)%s%n", "network", model, parameters, weights,
                        batchNormFolded ? ", batch norms folded" : ""));
        text.append(String.format("%-9s %s%n%-9s %s%n%n", "input", input, "rules", rules));
        text.append(String.format("%-22s %8s%n", "nodes by op", "count"));
        nodesByOp.forEach((op, count) -> text.append(String.format("  %-20s %8d%n", op, count)));
        text.append(String.format("%n%-22s %8s%s%n", "promises", "here", published == null ? "" : "    paper"));
        Optional<Published> paper = Optional.ofNullable(published);
        row(text, "nodes", promises.nodes(), paper.map(Published::nodes));
        row(text, "Promises", promises.promises(), paper.map(Published::promises));
        row(text, "origin nodes", promises.origins(), Optional.empty());
        row(text, "internal nodes", promises.internalNodes(), paper.map(Published::internalNodes));
        row(text, "leaf arguments", promises.leafArguments(), Optional.empty());
        row(text, "depth sum", promises.depthSum(), paper.map(Published::depthSum));
        text.append(String.format(Locale.ROOT, "  %-20s %8.3f%s%n", "density", promises.density(),
                paper.map(p -> String.format(Locale.ROOT, " %8.3f", p.density())).orElse("")));
        if (withAudit) {
            text.append(auditTable());
        }
        return text.toString();
    }

    private static void row(StringBuilder text, String name, int here, Optional<Integer> paper) {
        text.append(String.format("  %-20s %8d%s%n", name, here, paper.map(p -> String.format(" %8d", p)).orElse("")));
    }

    private String auditTable() {
        int node = widest(RelevancePlan.Step::node, "node");
        int rule = widest(RelevancePlan.Step::rule, "rule");
        int reason = widest(RelevancePlan.Step::reason, "chosen by");
        String format = "%5s  %-" + node + "s  %-" + rule + "s  %-" + reason + "s  %s%n";
        StringBuilder table = new StringBuilder(String.format("%n" + format, "#", "node", "rule", "chosen by", "role"));
        for (RelevancePlan.Step step : audit) {
            table.append(String.format(format, step.index(), step.node(), step.rule(), step.reason(), step.role()));
        }
        return table.toString().replaceAll(" +(\\R)", "$1");
    }

    private int widest(java.util.function.Function<RelevancePlan.Step, String> column, String title) {
        return Math.max(title.length(), audit.stream().mapToInt(step -> column.apply(step).length()).max().orElse(0));
    }
}
