package io.github.lrp4j.lrp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.rule.Flat;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Products that a later value determines are not computed again, and explanations stay the same. */
class SolvedProductsTest {
    private static final Kernels KERNELS = new ReferenceKernels();

    /** Small networks of the kinds that keep a value behind a product. */
    enum Net {
        CONV_RELU {
            @Override
            Value record(Tape tape) {
                Value h = conv(tape, "a", input(tape, 1, 2, 7, 6), 3).relu();
                h = conv(tape, "b", h, 4).relu();
                return linear(tape, "head", h.reshape(1, 4 * 7 * 6), 5);
            }
        },
        RESIDUAL_RELU {
            @Override
            Value record(Tape tape) {
                Value x = conv(tape, "stem", input(tape, 1, 2, 6, 6), 3).relu();
                Value h = conv(tape, "b", conv(tape, "a", x, 3).relu(), 3).add(x).relu();
                Value shorter = conv(tape, "d", h, 4);
                h = conv(tape, "c", h, 4).add(shorter).relu();
                return linear(tape, "head", h.reshape(1, 4 * 6 * 6), 5);
            }
        },
        TRANSFORMER {
            @Override
            Value record(Tape tape) {
                Value h = input(tape, 1, 5, 8);
                for (int block = 0; block < 2; block++) {
                    String name = "block" + block;
                    Value n = norm(tape, name + ".n1", h);
                    List<Value> qkv = linear(tape, name + ".qkv", n, 24).reshape(1, 5, 3, 2, 4).permute(2, 0, 3, 1, 4)
                            .unbind(0);
                    Value p = qkv.get(0).matmul(qkv.get(1).transpose(-2, -1)).scale(0.5).softmax(3);
                    Value y = p.matmul(qkv.get(2)).permute(0, 2, 1, 3).reshape(1, 5, 8);
                    h = linear(tape, name + ".out", y, 8).add(h);
                    h = linear(tape, name + ".mlp2", linear(tape, name + ".mlp1", norm(tape, name + ".n2", h), 16).gelu(), 8)
                            .add(h);
                }
                return linear(tape, "head", norm(tape, "n", h).select(1, 0), 5);
            }
        };

        abstract Value record(Tape tape);

        static Value input(Tape tape, int... sizes) {
            return tape.input("x", TestTensors.normal(1, sizes));
        }

        static Value conv(Tape tape, String name, Value x, int out) {
            return x.conv(parameter(tape, name + ".w", out, x.shape().size(1), 3, 3), parameter(tape, name + ".b", out),
                    ConvSpec.of(2, 1, 1));
        }

        static Value linear(Tape tape, String name, Value x, int out) {
            return x.linear(parameter(tape, name + ".w", out, x.shape().size(-1)), parameter(tape, name + ".b", out));
        }

        static Value norm(Tape tape, String name, Value x) {
            return x.layerNorm(1, parameter(tape, name + ".w", x.shape().size(-1)),
                    parameter(tape, name + ".b", x.shape().size(-1)), 1e-5);
        }

        static Value parameter(Tape tape, String name, int... sizes) {
            return tape.parameter(name, TestTensors.normal(name.hashCode(), sizes));
        }
    }

    /** An explanation and the products that were computed for it again. */
    private record Run(double[] ofInput, double imbalance, List<String> repeated) {
        static Run of(Lrp lrp, Net net, Function<Lrp, Lrp> option) {
            List<Integer> recovered = new ArrayList<>();
            List<String> computed = new ArrayList<>();
            Value logits = net.record(new Tape(new Counting(KERNELS, computed).kernels()));
            computed.clear();
            Relevance relevance = option.apply(lrp).watchedBy(new Trace() {
                @Override
                public void recovered(int index) {
                    recovered.add(index);
                }
            }).explain(logits, Seed.top1());
            assertThat(recovered).doesNotHaveDuplicates();
            Value x = relevance.graph().nodes().stream()
                    .filter(node -> node.op() instanceof Leaf leaf && leaf.name().equals("x"))
                    .map(node -> Value.of(node, 0, node.keptOutput(0))).findFirst().orElseThrow();
            return new Run(relevance.of(x).toDoubleArray(), relevance.ledger().imbalance(), List.copyOf(computed));
        }
    }

    static Stream<RuleTable> tables() {
        return Stream.of(Presets.dynamicLrp(), Presets.dynamicLrpGamma(100, 1), Presets.epsilonPlus(),
                Presets.epsilonGammaBox(List.of(-2.0), List.of(2.0)), Presets.attnLrp(),
                Presets.conservativePropagation());
    }

    @ParameterizedTest
    @MethodSource("tables")
    void explanationsAreTheSame(RuleTable table) {
        for (Net net : Net.values()) {
            Run repeated = Run.of(Lrp.with(table), net, Lrp::repeatingProducts);
            Run solved = Run.of(Lrp.with(table), net, lrp -> lrp);
            double largest = 0;
            for (double cell : repeated.ofInput) {
                largest = Math.max(largest, Math.abs(cell));
            }
            for (int i = 0; i < repeated.ofInput.length; i++) {
                assertThat(solved.ofInput[i]).as(net + " cell " + i).isCloseTo(repeated.ofInput[i],
                        within(2e-4 * largest));
            }
            assertThat(solved.imbalance).isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @EnumSource(Net.class)
    void fewerForwardProductsAreComputed(Net net) {
        Run repeated = Run.of(Lrp.with(Presets.dynamicLrp()), net, Lrp::repeatingProducts);
        Run solved = Run.of(Lrp.with(Presets.dynamicLrp()), net, lrp -> lrp);

        assertThat(solved.repeated.size()).isLessThan(repeated.repeated.size());
        if (net == Net.CONV_RELU) {
            assertThat(solved.repeated).filteredOn(name -> name.equals("conv")).isEmpty();
            assertThat(repeated.repeated).filteredOn(name -> name.equals("conv")).hasSize(2);
        }
    }

    /** Where relevance does lie on cells that a ReLU cut off, what was cut off is computed after all. */
    @Test
    void relevanceOfCutOffCellsIsNotLost() {
        RuleTable flatHead = Presets.dynamicLrp()
                .prepend(Selector.last(Linear.class).use(new Flat(1e-6)));
        Run repeated = Run.of(Lrp.with(flatHead), Net.CONV_RELU, Lrp::repeatingProducts);
        Run solved = Run.of(Lrp.with(flatHead), Net.CONV_RELU, lrp -> lrp);

        assertThat(solved.repeated).filteredOn(name -> name.equals("conv")).isNotEmpty();
        for (int i = 0; i < repeated.ofInput.length; i++) {
            assertThat(solved.ofInput[i]).isCloseTo(repeated.ofInput[i], within(1e-4));
        }
    }
}
