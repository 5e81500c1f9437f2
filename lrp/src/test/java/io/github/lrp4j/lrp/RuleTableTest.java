package io.github.lrp4j.lrp;

import static io.github.lrp4j.lrp.Selector.every;
import static io.github.lrp4j.lrp.Selector.first;
import static io.github.lrp4j.lrp.Selector.function;
import static io.github.lrp4j.lrp.Selector.last;
import static io.github.lrp4j.lrp.Selector.nth;
import static io.github.lrp4j.lrp.Selector.operand;
import static io.github.lrp4j.lrp.Selector.scope;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Pointwise;
import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.AddBias;
import io.github.lrp4j.autograd.op.MatMul;
import io.github.lrp4j.autograd.op.Softmax;
import io.github.lrp4j.lrp.RuleTable.UnusedRow;
import io.github.lrp4j.lrp.RuleTable.UnusedRow.Why;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.lrp.rule.Flat;
import io.github.lrp4j.lrp.rule.Identity;
import io.github.lrp4j.lrp.rule.Uniform;
import io.github.lrp4j.lrp.rule.WSquare;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables: nesting, selectors and their combinations, reasons, unused rows, print. */
class RuleTableTest {
    private static final Rule A = new Flat(1e-3);
    private static final Rule B = new WSquare(1e-3);
    private static final Rule C = new Epsilon(1e-3);

    private final Tape tape = new Tape(new ReferenceKernels());

    private static Tensor normal(long seed, int... sizes) {
        return TestTensors.normal(seed, DType.F64, Shape.of(sizes));
    }

    /** Two encoder layers of two products each, and a head. */
    private Value network() {
        Value h = tape.input("x", normal(1, 2, 3));
        for (int layer = 0; layer < 2; layer++) {
            for (String name : List.of("up", "down")) {
                try (Scope scope = tape.scope("encoder." + layer + "." + name)) {
                    h = h.matmul(tape.parameter("w" + layer + name, normal(layer, 3, 3)))
                            .addBias(tape.parameter("b" + layer + name, normal(layer, 3)), 1).relu();
                }
            }
        }
        try (Scope scope = tape.scope("head")) {
            return h.matmul(tape.parameter("w", normal(9, 3, 2)));
        }
    }

    /** Scope, rule and reason of every product, in forward order. */
    private static List<String> products(RelevancePlan plan) {
        return plan.audit().stream().filter(step -> step.node().startsWith("matmul")).map(step -> {
            String rule = step.rule().substring(0, step.rule().indexOf('['));
            return step.node().replaceFirst("matmul at ", "") + " " + rule + " (" + step.reason() + ")";
        }).toList();
    }

    @Test
    void aNestedTableDecidesInsideAndFallsThrough() {
        RuleTable encoder = RuleTable.of(first(Linear.class).use(A), scope("encoder.1.*").use(
                RuleTable.of(last(Linear.class).use(B))));
        RuleTable table = RuleTable.of(scope("encoder.*").use(encoder), every(Linear.class).use(C));
        RelevancePlan plan = Lrp.with(table).plan(network());
        assertThat(products(plan)).containsExactly(
                "encoder.0.up Flat (scope encoder.* > first Linear)",
                "encoder.0.down Epsilon (every Linear)",
                "encoder.1.up Epsilon (every Linear)",
                "encoder.1.down WSquare (scope encoder.* > scope encoder.1.* > last Linear)",
                "head Epsilon (every Linear)");
        assertThat(plan.unusedRows()).isEmpty();
        assertThat(table.toString().lines().map(String::stripTrailing)).satisfiesExactly(
                line -> assertThat(line).isEqualTo("scope encoder.*"),
                line -> assertThat(line).startsWith("  first Linear ").endsWith(A.describe()),
                line -> assertThat(line).isEqualTo("  scope encoder.1.*"),
                line -> assertThat(line).startsWith("    last Linear ").endsWith(B.describe()),
                line -> assertThat(line).startsWith("every Linear ").endsWith(C.describe()),
                line -> assertThat(line).startsWith("everything else "));
    }

    @Test
    void rowsThatDecideNothingAreReported() {
        RuleTable table = RuleTable.of(
                scope("encodr.*").use(RuleTable.of(every(Linear.class).use(A))),
                scope("encoder.*").use(RuleTable.of(scope("head").use(A), every(MatMul.class).use(B))),
                every(Linear.class).and(scope("encoder.1.*")).use(C),
                every(Softmax.class).use(new Identity()),
                every(Linear.class).use(C));
        assertThat(Lrp.with(table).plan(network()).unusedRows()).containsExactly(
                new UnusedRow("scope encodr.*", Why.SELECTS_NOTHING),
                new UnusedRow("scope encoder.* > scope head", Why.SELECTS_NOTHING),
                new UnusedRow("every Linear and scope encoder.1.*", Why.COMES_TOO_LATE),
                new UnusedRow("every Softmax", Why.SELECTS_NOTHING));
    }

    @Test
    void nthCountsFromBothEnds() {
        RuleTable table = RuleTable.of(nth(Linear.class, 1).use(A), nth(Linear.class, -2).use(B),
                scope("encoder.*").and(every(Linear.class)).nth(2).use(A),
                nth(Linear.class, 7).use(B), nth(Linear.class, -8).use(B));
        RelevancePlan plan = Lrp.with(table).plan(network());
        assertThat(products(plan)).containsExactly("encoder.0.up Epsilon (default)",
                "encoder.0.down Flat (Linear [1])", "encoder.1.up Flat ((scope encoder.* and every Linear) [2])",
                "encoder.1.down WSquare (Linear [-2])", "head Epsilon (default)");
        assertThat(plan.unusedRows()).extracting(UnusedRow::row).containsExactly("Linear [7]", "Linear [-8]");
    }

    @Test
    void selectorsCombine() {
        RuleTable table = RuleTable.of(
                every(Linear.class).and(scope("head").or(scope("encoder.0.up"))).use(A),
                every(Linear.class).and(scope("encoder.0.*").not()).and(scope("head").not()).use(B));
        assertThat(products(Lrp.with(table).plan(network()))).extracting(line -> line.split(" ")[1])
                .containsExactly("Flat", "Epsilon", "WSquare", "WSquare", "Flat");
        assertThat(every(Linear.class).and(scope("a").or(scope("b"))).not())
                .hasToString("not (every Linear and (scope a or scope b))");
    }

    @Test
    void nodesAreSelectedByWhatFeedsThem() {
        Value q = tape.input("q", normal(1, 2, 3));
        Value p = q.matmul(q.permute(1, 0)).softmax(-1);
        Value v = q.tanh();
        Value out = p.permute(1, 0).reshape(2, 2).matmul(v);
        RuleTable table = RuleTable.of(every(Linear.class).and(operand(0, every(Softmax.class))).use(A),
                function(UnaryFn.Kind.TANH).use(new Uniform()));
        List<RelevancePlan.Step> audit = Lrp.with(table).plan(out).audit();
        assertThat(audit.stream().filter(step -> step.rule().startsWith("Flat"))).hasSize(1);
        assertThat(audit.getLast().reason()).isEqualTo("every Linear and (operand 0 from every Softmax)");
        assertThat(audit.stream().filter(step -> step.node().equals("tanh")).findFirst().orElseThrow().reason())
                .isEqualTo("every tanh");
    }

    @Test
    void prependedRowsComeFirst() {
        RuleTable table = RuleTable.of(every(Linear.class).use(A)).prepend(scope("head").use(B));
        assertThat(table.rows()).hasSize(2);
        Value output = network();
        assertThat(products(Lrp.with(table).plan(output)).getLast()).startsWith("head WSquare");
        assertThat(Lrp.with(RuleTable.of(every(Pointwise.class).or(every(AddBias.class)).use(new Identity())))
                .plan(output).unusedRows()).isEmpty();
    }
}
