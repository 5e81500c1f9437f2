package io.github.lrp4j.lrp.rule;

/**
 * The rules of linear layers written out cell by cell for {@code z_j = sum_i W_ji x_i + b_j}: slow, obvious, float64. The
 * truth that the real rules, which never see a matrix, are compared with.
 */
final class SlowRules {
    private final double[] x;
    private final double[][] w;
    private final double[] b;
    private final double[] r;

    SlowRules(double[] x, double[][] w, double[] b, double[] r) {
        this.x = x;
        this.w = w;
        this.b = b;
        this.r = r;
    }

    /** What input i contributes to output j. */
    private interface Contribution {
        double of(int j, int i);
    }

    /** A number per output. */
    private interface PerOutput {
        double of(int j);
    }

    private double[] shares(Contribution c, PerOutput biasPart, PerOutput relevance, double eps) {
        return shares(c, j -> {
            double z = biasPart.of(j);
            for (int i = 0; i < x.length; i++) {
                z += c.of(j, i);
            }
            return z >= 0 ? z + eps : z - eps;
        }, relevance);
    }

    private double[] shares(Contribution c, PerOutput denominator, PerOutput relevance) {
        double[] share = new double[x.length];
        for (int j = 0; j < w.length; j++) {
            double s = relevance.of(j) / denominator.of(j);
            for (int i = 0; i < x.length; i++) {
                share[i] += c.of(j, i) * s;
            }
        }
        return share;
    }

    private static double plus(double t) {
        return Math.max(t, 0);
    }

    private static double minus(double t) {
        return Math.min(t, 0);
    }

    double[] epsilon(double eps) {
        return shares((j, i) -> w[j][i] * x[i], j -> b[j], j -> r[j], eps);
    }

    double[] plainEpsilon(double eps) {
        return shares((j, i) -> w[j][i] * x[i], j -> z(j) + eps, j -> r[j]);
    }

    double[] zPlusUnclamped(double eps) {
        return shares((j, i) -> plus(w[j][i]) * x[i], j -> {
            double z = z(j) - b[j] + plus(b[j]);
            return z >= 0 ? z + eps : z - eps;
        }, j -> r[j]);
    }

    double[] zPlus(double eps) {
        return shares((j, i) -> plus(w[j][i]) * x[i], j -> plus(b[j]), j -> r[j], eps);
    }

    double[] alphaBeta(double alpha, double beta, double eps) {
        double[] positive = shares((j, i) -> plus(w[j][i] * x[i]), j -> plus(b[j]), j -> r[j], eps);
        double[] negative = shares((j, i) -> minus(w[j][i] * x[i]), j -> minus(b[j]), j -> r[j], eps);
        double[] result = new double[x.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = alpha * positive[i] - beta * negative[i];
        }
        return result;
    }

    /** @param atZero whether relevance at an output that is exactly zero goes the way of negative outputs */
    double[] gamma(double gamma, double eps, boolean atZero) {
        PerOutput toPositive = j -> z(j) > 0 ? r[j] : 0;
        PerOutput toNegative = j -> z(j) < 0 || atZero && z(j) == 0 ? r[j] : 0;
        double[] positive = shares((j, i) -> w[j][i] * x[i] + gamma * plus(w[j][i] * x[i]),
                j -> b[j] + gamma * plus(b[j]), toPositive, eps);
        double[] negative = shares((j, i) -> w[j][i] * x[i] + gamma * minus(w[j][i] * x[i]),
                j -> b[j] + gamma * minus(b[j]), toNegative,
                eps);
        for (int i = 0; i < positive.length; i++) {
            positive[i] += negative[i];
        }
        return positive;
    }

    private double z(int j) {
        double z = b[j];
        for (int i = 0; i < x.length; i++) {
            z += w[j][i] * x[i];
        }
        return z;
    }

    double[] zBox(double low, double high, double eps) {
        return shares((j, i) -> w[j][i] * x[i] - plus(w[j][i]) * low - minus(w[j][i]) * high, j -> 0, j -> r[j], eps);
    }

    double[] wSquare(double eps) {
        return shares((j, i) -> w[j][i] * w[j][i], j -> b[j] * b[j], j -> r[j], eps);
    }

    double[] flat(boolean[][] reads, double eps) {
        return shares((j, i) -> reads[j][i] ? 1 : 0, j -> 0, j -> r[j], eps);
    }
}
