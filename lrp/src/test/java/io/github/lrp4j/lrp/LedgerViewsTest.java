package io.github.lrp4j.lrp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.ConservationLedger.Ending;
import io.github.lrp4j.lrp.ConservationLedger.Entry;
import io.github.lrp4j.lrp.ledger.Drift;
import io.github.lrp4j.lrp.ledger.Leak;
import io.github.lrp4j.lrp.ledger.LedgerTables;
import io.github.lrp4j.lrp.ledger.ScopeBooks;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every view of a ledger says the same as its totals. */
class LedgerViewsTest {
    private static final List<Lrp> TABLES = List.of(Lrp.with(Presets.dynamicLrp()),
            Lrp.with(Presets.dynamicLrpGamma(100, 1)), Lrp.with(Presets.epsilonPlus()),
            Lrp.with(Presets.epsilonGammaBox(List.of(-2.0), List.of(2.0))), Lrp.with(Presets.gradient()));

    /** Two blocks with a residual connection each, a head, and a stabiliser that takes much. */
    private static ConservationLedger ofBlocks() {
        Tape tape = new Tape(new ReferenceKernels());
        Value h = tape.input("x", TestTensors.normal(1, DType.F64, Shape.of(3, 4)));
        for (int block = 0; block < 2; block++) {
            try (Scope blocks = tape.scope("blocks"); Scope own = tape.scope(Integer.toString(block))) {
                String path = "blocks." + block;
                Value z;
                try (Scope fc = tape.scope("fc")) {
                    z = h.linear(tape.parameter(path + ".fc.weight",
                            TestTensors.normal(2 + block, DType.F64, Shape.of(4, 4))),
                            tape.parameter(path + ".fc.bias", TestTensors.normal(4 + block, DType.F64, Shape.of(4))));
                }
                h = h.add(z.relu());
            }
        }
        Value logits;
        try (Scope head = tape.scope("head")) {
            logits = h.mean(List.of(0), true).matmul(
                    tape.parameter("head.weight", TestTensors.normal(8, DType.F64, Shape.of(4, 2))));
        }
        RuleTable rules = RuleTable.of(Selector.every(io.github.lrp4j.autograd.Linear.class).use(new Epsilon(0.1)));
        return Lrp.with(rules).explain(logits, Seed.target(1)).ledger();
    }

    private static double sum(DoubleStream amounts) {
        return Arrays.stream(amounts.toArray()).sum();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void viewsAgreeOnRandomGraphs(int table) {
        for (int g = 0; g < 40; g++) {
            Value output = RandomGraphs.record(new Tape(new ReferenceKernels()), 70_000 + 100 * table + g, 5 + g);
            ConservationLedger ledger = TABLES.get(table).explain(output, Seed.top1()).ledger();
            agree(ledger, "graph " + g);
        }
    }

    private static void agree(ConservationLedger ledger, String graph) {
        double unit = 1e-12 * ledger.gross();
        assertThat(ledger.imbalance()).as(graph).isLessThan(1e-12);
        for (Entry entry : ledger.entries()) {
            assertThat(entry.in() - entry.passed() - entry.leaked()).as(graph + entry).isCloseTo(0, within(unit));
            assertThat(entry.imbalance()).as(graph + entry).isCloseTo(0, within(unit));
            // Whoever loses something must say where to: what is called rounding is rounding.
            assertThat(entry.sinks().getOrDefault(Sink.ROUNDING, 0.0)).as(graph + entry).isCloseTo(0, within(unit));
        }
        for (Sink sink : Sink.values()) {
            assertThat(sum(ledger.entries().stream().mapToDouble(e -> e.sinks().getOrDefault(sink, 0.0))))
                    .as(graph).isCloseTo(ledger.at(sink), within(unit));
        }
        double gone = sum(EnumSet.allOf(Sink.class).stream().mapToDouble(ledger::at));
        List<Drift> drift = ledger.drift();
        assertThat(drift.getLast().left()).as(graph).isCloseTo(ledger.seed() - gone, within(unit));
        assertThat(drift.getLast().inputs()).as(graph).isCloseTo(ledger.at(Ending.Kind.INPUT), within(unit));
        assertThat(drift.stream().mapToInt(Drift::nodes).sum()).isEqualTo(ledger.entries().size());
        double[] conserved = ledger.conserved();
        assertThat(conserved[conserved.length - 1]).as(graph)
                .isCloseTo(drift.getLast().conserved(), within(1e-12 * ledger.gross() / ledger.scale()));
        ScopeBooks all = ledger.scope("");
        assertThat(all.in()).isEqualTo(ledger.seed());
        assertThat(all.out()).isZero();
        balances(all, unit);
    }

    private static void balances(ScopeBooks books, double unit) {
        assertThat(books.in() - books.out() - books.ended() - books.leaked() - books.imbalance())
                .as(books.toString()).isCloseTo(0, within(unit));
    }

    @Test
    void modulesAddUpAtEveryCut() {
        ConservationLedger ledger = ofBlocks();
        assertThat(ledger.at(Sink.STABILIZER)).isNotZero();
        for (int segments = 0; segments < 5; segments++) {
            List<ScopeBooks> scopes = ledger.scopes(segments);
            scopes.forEach(books -> balances(books, 1e-12));
            for (Sink sink : Sink.values()) {
                assertThat(scopes.stream().mapToDouble(s -> s.sinks().getOrDefault(sink, 0.0)).sum())
                        .isCloseTo(ledger.at(sink), within(1e-14));
            }
            for (Ending.Kind kind : Ending.Kind.values()) {
                assertThat(scopes.stream().mapToDouble(s -> s.endings().getOrDefault(kind, 0.0)).sum())
                        .isCloseTo(ledger.at(kind), within(1e-14));
            }
            assertThat(scopes.stream().mapToInt(ScopeBooks::nodes).sum()).isEqualTo(ledger.entries().size());
        }
        assertThat(ledger.scopes(1)).extracting(ScopeBooks::scope).contains("blocks", "head");
        assertThat(ledger.scopes(2)).extracting(ScopeBooks::scope).containsSubsequence("blocks.0", "blocks.1", "head");
        assertThat(ledger.scopes(3)).extracting(ScopeBooks::scope).contains("blocks.0.fc", "blocks.0", "blocks.1.fc");
    }

    /** What leaves block 1 enters block 0; a parameter ends where its module is. */
    @Test
    void whatLeavesAModuleEntersTheOneBefore() {
        ConservationLedger ledger = ofBlocks();
        ScopeBooks head = ledger.scope("head");
        ScopeBooks last = ledger.scope("blocks.1");
        ScopeBooks first = ledger.scope("blocks.0");
        assertThat(head.in()).isEqualTo(1);
        assertThat(last.in()).isCloseTo(head.out(), within(1e-14));
        assertThat(first.in()).isCloseTo(last.out(), within(1e-14));
        assertThat(first.out()).isCloseTo(ledger.at(Ending.Kind.INPUT), within(1e-14));
        assertThat(last.endings().keySet()).containsExactly(Ending.Kind.BIAS);
        assertThat(ledger.scope("blocks").in()).isCloseTo(last.in(), within(1e-14));
        assertThatIllegalArgumentException().isThrownBy(() -> ledger.scope("block"))
                .withMessageContaining("'block'").withMessageContaining("blocks");
    }

    @Test
    void theWorstComeFirstAndAreWhatLeaked() {
        ConservationLedger ledger = ofBlocks();
        List<Leak> worst = ledger.worst(100);
        double[] magnitudes = worst.stream().mapToDouble(Leak::magnitude).toArray();
        assertThat(magnitudes).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(worst.subList(0, 3)).allSatisfy(leak -> {
            assertThat(leak.entry().op()).isEqualTo("matmul");
            assertThat(leak.sink()).isEqualTo(Sink.STABILIZER);
            assertThat(leak.amount()).isCloseTo(leak.entry().in() - leak.entry().passed(), within(1e-14));
            assertThat(leak.relative()).isEqualTo(leak.magnitude() / Math.abs(leak.entry().in()));
        });
        assertThat(ledger.worst(2)).isEqualTo(worst.subList(0, 2));
        assertThat(ledger.worst(0)).isEmpty();
        Set<Integer> leaking = new java.util.TreeSet<>();
        ledger.entries().stream().filter(e -> !e.sinks().isEmpty()).forEach(e -> leaking.add(e.index()));
        assertThat(worst).extracting(leak -> leak.entry().index()).containsExactlyInAnyOrderElementsOf(leaking);
        assertThatIllegalArgumentException().isThrownBy(() -> ledger.worst(-1));
    }

    @Test
    void depthIsTheLongestWay() {
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", Tensor.of(new double[] {1, 2}, 1, 2));
        Value y = x.add(x.neg().tanh());
        List<Drift> drift = Lrp.with(Presets.dynamicLrp()).explain(y, Seed.target(0)).ledger().drift();
        assertThat(drift).hasSize(4);
        assertThat(drift).extracting(Drift::nodes).containsExactly(1, 1, 1, 0);
        assertThat(drift).extracting(Drift::inputs).startsWith(0.0, 0.0, 0.0);
        assertThat(drift.get(3).inputs()).isCloseTo(1, within(1e-9));
    }

    /** Class A minus class B: the seed adds up to nothing, yet shares are finite. */
    @Test
    void aSeedThatAddsUpToNothing() {
        Tape tape = new Tape(new ReferenceKernels());
        Value y = tape.input("x", Tensor.of(new double[] {1, 2}, 1, 2)).matmul(
                tape.parameter("w", Tensor.of(new double[] {1, 2, 3, 4}, 2, 2)));
        ConservationLedger ledger =
                Lrp.with(Presets.dynamicLrp()).explain(y, Seed.of(Tensor.of(new double[] {1, -1}, 1, 2))).ledger();
        assertThat(ledger.seed()).isZero();
        assertThat(ledger.drift()).extracting(Drift::conserved).allSatisfy(share -> assertThat(share).isFinite());
        assertThat(LedgerTables.totals(ledger)).contains("seed").contains("inputs");
    }

    @Test
    void tablesAreAlignedAndNarrow() {
        ConservationLedger ledger = ofBlocks();
        for (String table : List.of(LedgerTables.nodes(ledger), LedgerTables.worst(ledger, 5),
                LedgerTables.scopes(ledger.scopes(2)), LedgerTables.families(ledger), LedgerTables.drift(ledger, 4),
                ledger.toString())) {
            assertThat(table.lines()).isNotEmpty()
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
        }
        assertThat(LedgerTables.worst(ledger, 5).lines()).hasSize(6);
        assertThat(LedgerTables.drift(ledger, 4).lines()).hasSize(5);
        assertThat(LedgerTables.scopes(ledger.scopes(2))).contains("blocks.1").contains("stabiliser");
        assertThat(ledger.toString()).contains("seed").contains("biases").contains("imbalance");
    }

    @Test
    void sumsOfManyTermsAreCompensated() {
        CompensatedSum sum = new CompensatedSum();
        sum.add(1e16);
        IntStream.range(0, 1_000_000).forEach(i -> sum.add(0.1));
        sum.add(-1e16);
        assertThat(sum.value()).isCloseTo(100_000, within(1e-5));
        assertThat(new CompensatedSum().add(Double.POSITIVE_INFINITY).add(1).value()).isInfinite();
    }
}
