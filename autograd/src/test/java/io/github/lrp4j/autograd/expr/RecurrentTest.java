package io.github.lrp4j.autograd.expr;

import static io.github.lrp4j.tensor.testing.TensorAssert.assertClose;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.expr.Recurrent.State;
import io.github.lrp4j.autograd.expr.Recurrent.Weights;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.ValueSource;

/** Recurrent cells and the selective scan against plain loops in float64. */
class RecurrentTest {
    private static final int N = 2;
    private static final int T = 4;
    private static final int I = 3;
    private static final int H = 5;

    private final Tape tape = new Tape(new ReferenceKernels());

    private Value input(long seed, int... sizes) {
        return tape.input("x" + seed, TestTensors.normal(seed, DType.F64, Shape.of(sizes)));
    }

    private Weights weights(int gates, boolean biased) {
        return new Weights(input(1, gates * H, I), input(2, gates * H, H), biased ? input(3, gates * H) : null,
                biased ? input(4, gates * H) : null);
    }

    /** {@code W x + b}. */
    private static double[] affine(Value weight, Value bias, double[] x) {
        double[] y = new double[weight.shape().size(0)];
        for (int o = 0; o < y.length; o++) {
            y[o] = bias == null ? 0 : bias.tensor().at(o);
            for (int i = 0; i < x.length; i++) {
                y[o] += weight.tensor().at(o, i) * x[i];
            }
        }
        return y;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static void lstmLoop(Weights w, double[] x, double[] h, double[] c) {
        double[] a = affine(w.ofInput(), w.inputBias(), x);
        double[] b = affine(w.ofHidden(), w.hiddenBias(), h);
        for (int j = 0; j < H; j++) {
            double in = sigmoid(a[j] + b[j]);
            double forget = sigmoid(a[H + j] + b[H + j]);
            double candidate = Math.tanh(a[2 * H + j] + b[2 * H + j]);
            double out = sigmoid(a[3 * H + j] + b[3 * H + j]);
            c[j] = forget * c[j] + in * candidate;
            h[j] = out * Math.tanh(c[j]);
        }
    }

    private static void gruLoop(Weights w, double[] x, double[] h) {
        double[] a = affine(w.ofInput(), w.inputBias(), x);
        double[] b = affine(w.ofHidden(), w.hiddenBias(), h);
        for (int j = 0; j < H; j++) {
            double reset = sigmoid(a[j] + b[j]);
            double update = sigmoid(a[H + j] + b[H + j]);
            double candidate = Math.tanh(a[2 * H + j] + reset * b[2 * H + j]);
            h[j] = (1 - update) * candidate + update * h[j];
        }
    }

    private static double[] cells(Value x, int... at) {
        Tensor row = x.tensor();
        for (int index : at) {
            row = row.select(0, index);
        }
        return row.toDoubleArray();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void lstm(boolean biased) {
        Weights w = weights(4, biased);
        Value x = input(5, N, T, I);
        State start = new State(input(6, N, H), input(7, N, H));
        Recurrent.Sequence got = Recurrent.lstm(x, start, w);
        State stepped = start;
        for (int t = 0; t < T; t++) {
            stepped = Recurrent.lstmCell(x.select(1, t), stepped, w);
        }
        for (int n = 0; n < N; n++) {
            double[] h = cells(start.hidden(), n);
            double[] c = cells(start.memory(), n);
            for (int t = 0; t < T; t++) {
                lstmLoop(w, cells(x, n, t), h, c);
                assertClose(got.hidden().tensor().select(0, n).select(0, t), Tensor.of(h.clone(), H), 1e-12, 1e-13);
            }
            assertClose(got.last().memory().tensor().select(0, n), Tensor.of(c, H), 1e-12, 1e-13);
            assertClose(stepped.hidden().tensor().select(0, n), Tensor.of(h, H), 1e-12, 1e-13);
            assertClose(stepped.memory().tensor().select(0, n), Tensor.of(c, H), 1e-12, 1e-13);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gru(boolean biased) {
        Weights w = weights(3, biased);
        Value x = input(5, N, T, I);
        State start = new State(input(6, N, H), null);
        Recurrent.Sequence got = Recurrent.gru(x, start, w);
        State stepped = start;
        for (int t = 0; t < T; t++) {
            stepped = Recurrent.gruCell(x.select(1, t), stepped, w);
        }
        for (int n = 0; n < N; n++) {
            double[] h = cells(start.hidden(), n);
            for (int t = 0; t < T; t++) {
                gruLoop(w, cells(x, n, t), h);
                assertClose(got.hidden().tensor().select(0, n).select(0, t), Tensor.of(h.clone(), H), 1e-12, 1e-13);
            }
            assertClose(stepped.hidden().tensor().select(0, n), Tensor.of(h, H), 1e-12, 1e-13);
        }
    }

    @Test
    void selectiveScan() {
        int states = 3;
        Value x = input(1, N, T, H);
        Value dt = input(2, N, T, H).exp();
        Value a = input(3, H, states).exp().neg();
        Value b = input(4, N, T, states);
        Value c = input(5, N, T, states);
        Value d = input(6, H);
        double[] want = new double[N * T * H];
        for (int n = 0; n < N; n++) {
            for (int k = 0; k < H; k++) {
                double[] h = new double[states];
                for (int t = 0; t < T; t++) {
                    double y = d.tensor().at(k) * x.tensor().at(n, t, k);
                    for (int s = 0; s < states; s++) {
                        double step = dt.tensor().at(n, t, k);
                        h[s] = Math.exp(step * a.tensor().at(k, s)) * h[s]
                                + step * b.tensor().at(n, t, s) * x.tensor().at(n, t, k);
                        y += c.tensor().at(n, t, s) * h[s];
                    }
                    want[(n * T + t) * H + k] = y;
                }
            }
        }
        assertClose(SelectiveScan.of(x, dt, a, b, c, d).tensor(), Tensor.of(want, N, T, H), 1e-12, 1e-13);
    }
}
