package io.github.lrp4j.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.cli.console.Json;
import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Selector;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerFilesTest {
    /** A chain of blocks whose stabilisers take what they can, with biases. */
    private static ConservationLedger ledger(int blocks) {
        Tape tape = new Tape(new ReferenceKernels());
        Value h = tape.input("x", TestTensors.normal(1, DType.F64, Shape.of(1, 6)));
        for (int b = 0; b < blocks; b++) {
            String path = "block." + b;
            try (Scope outer = tape.scope("block"); Scope inner = tape.scope(Integer.toString(b))) {
                h = h.linear(tape.parameter(path + ".weight", TestTensors.normal(2 + b, DType.F64, Shape.of(6, 6))),
                        tape.parameter(path + ".bias", TestTensors.normal(1000 + b, DType.F64, Shape.of(6)))).tanh()
                        .add(h);
            }
        }
        RuleTable rules = RuleTable.of(Selector.every(io.github.lrp4j.autograd.Linear.class).use(new Epsilon(0.01)));
        return Lrp.with(rules).explain(h, Seed.target(0)).ledger();
    }

    private static double sum(Map<String, Double> amounts) {
        return amounts.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    @Test
    void theDocumentSurvivesTheFile() throws IOException {
        LedgerDocument document = LedgerDocument.of(ledger(3));

        LedgerDocument read = new ObjectMapper().readValue(Json.text(document), LedgerDocument.class);

        assertThat(read).isEqualTo(document);
    }

    @Test
    void theDocumentBalancesAtEveryLevel() {
        ConservationLedger ledger = ledger(3);
        LedgerDocument document = LedgerDocument.of(ledger);
        assertThat(document.seed() - sum(document.ended()) - sum(document.sinks())).isCloseTo(0, within(1e-12));
        assertThat(document.scopes()).extracting(LedgerDocument.ScopeAccounts::scope)
                .containsExactly("block", "block.0", "block.1", "block.2");
        document.scopes().forEach(s -> assertThat(
                s.in() - s.out() - sum(s.ended()) - sum(s.sinks()) - s.imbalance()).isCloseTo(0, within(1e-12)));
        document.nodes().forEach(n -> assertThat(
                n.in() - n.out().stream().mapToDouble(Double::doubleValue).sum() - sum(n.sinks()))
                .isCloseTo(0, within(1e-12)));
        assertThat(document.nodes()).hasSize(ledger.entries().size());
        assertThat(document.worst()).hasSizeBetween(3, LedgerDocument.WORST)
                .extracting(LedgerDocument.WorstNode::magnitude).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(document.leaves().stream().mapToDouble(LedgerDocument.LeafAccounts::amount).sum())
                .isCloseTo(sum(document.ended()), within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 40})
    void thePictureShowsBothCharts(int blocks) throws IOException {
        ConservationLedger ledger = ledger(blocks);

        byte[] png = LedgerPicture.png(ledger);

        assertThat(LedgerPicture.png(ledger(blocks))).isEqualTo(png);
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(picture.getWidth()).isEqualTo(LedgerPicture.WIDTH);
        assertThat(picture.getHeight()).isEqualTo(LedgerPicture.height(ledger));
        // Blue: inputs, in both charts; orange and red: parameters and sinks; the edges stay white.
        assertThat(rows(picture, 0x0072b2)).anyMatch(y -> y < 250).anyMatch(y -> y > 300);
        assertThat(rows(picture, 0xe69f00)).isNotEmpty();
        assertThat(rows(picture, 0xd55e00)).isNotEmpty();
        for (int y = 0; y < picture.getHeight(); y++) {
            assertThat(picture.getRGB(0, y) & 0xffffff).isEqualTo(0xffffff);
            assertThat(picture.getRGB(picture.getWidth() - 1, y) & 0xffffff).isEqualTo(0xffffff);
        }
    }

    private static Set<Integer> rows(BufferedImage picture, int rgb) {
        Set<Integer> rows = new TreeSet<>();
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                if ((picture.getRGB(x, y) & 0xffffff) == rgb) {
                    rows.add(y);
                }
            }
        }
        return rows;
    }

    /** The bar of an account is as long as its amount: half of the seed goes to the mask. */
    @Test
    void barsAreAsLongAsTheirAmounts() throws IOException {
        Tape tape = new Tape(new ReferenceKernels());
        Value mask = tape.constant(Tensor.of(new byte[] {1, 0}, DType.BOOL, Shape.of(1, 2)));
        Value y = tape.input("x", Tensor.of(new double[] {1, 2}, 1, 2)).maskedFill(mask, 0);
        ConservationLedger ledger = Lrp.with(Presets.dynamicLrp())
                .explain(y, Seed.of(Tensor.of(new double[] {1, 1}, 1, 2))).ledger();
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(LedgerPicture.png(ledger)));
        // Rows of 30 pixels below 84: seed, masked, inputs.
        int seed = count(picture, 84 + 12, 0x59626e);
        assertThat(count(picture, 84 + 30 + 12, 0xd55e00)).isCloseTo(seed / 2, within(2));
        assertThat(count(picture, 84 + 60 + 12, 0x0072b2)).isCloseTo(seed / 2, within(2));
    }

    private static int count(BufferedImage picture, int y, int rgb) {
        int count = 0;
        for (int x = 0; x < picture.getWidth(); x++) {
            count += (picture.getRGB(x, y) & 0xffffff) == rgb ? 1 : 0;
        }
        return count;
    }

    @Test
    void booksThatAreNotFiniteAreDrawnAsSuch() {
        Tape tape = new Tape(new ReferenceKernels());
        Value y = tape.input("x", Tensor.of(new double[] {1, 2}, 1, 2)).scale(1);
        ConservationLedger ledger = Lrp.with(Presets.dynamicLrp()).allowingNonFinite()
                .explain(y, Seed.of(Tensor.of(new double[] {Double.NaN, 1}, 1, 2))).ledger();
        assertThat(LedgerPicture.png(ledger)).isNotEmpty();
        assertThat(Json.text(LedgerDocument.of(ledger))).contains("\"NaN\"");
    }

    @Test
    void ticksAreRoundNumbers() {
        assertThat(Axis.of(0, 1, 0, 100, 8).ticks()).hasSize(6).endsWith(1.0);
        Axis share = Axis.of(-0.03, 1.014, 0, 100, 6);
        assertThat(share.ticks()).extracting(share::label).containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
        assertThat(Axis.of(0, 12_345, 0, 100, 8).label(2000)).isEqualTo("2000");
        assertThat(Axis.of(0, 1, 100, 0, 5).at(0.25)).isEqualTo(75);
        assertThat(Axis.of(3, 3, 0, 100, 5).ticks()).isNotEmpty();
    }
}
