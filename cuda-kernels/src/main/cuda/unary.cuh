// Functions of one number, for every kernel that applies one on its way.

#ifndef UNARY_CUH
#define UNARY_CUH

#include "lrp4j.cuh"

// Not inlined: one copy of all functions serves the three loops of a kernel.
#define ONE_COPY __attribute__((noinline))

// In the order of UnaryFn.Kind.
enum UnaryKind {
    UNARY_NEG,
    UNARY_ABS,
    UNARY_SIGN,
    UNARY_SCALE,
    UNARY_SHIFT,
    UNARY_POW,
    UNARY_SQUARE,
    UNARY_SQRT,
    UNARY_RSQRT,
    UNARY_RECIPROCAL,
    UNARY_EXP,
    UNARY_EXPM1,
    UNARY_LOG,
    UNARY_LOG1P,
    UNARY_SIN,
    UNARY_COS,
    UNARY_TANH,
    UNARY_SIGMOID,
    UNARY_RELU,
    UNARY_NEGATIVE_PART,
    UNARY_LEAKY_RELU,
    UNARY_ELU,
    UNARY_GELU,
    UNARY_GELU_TANH,
    UNARY_SILU,
    UNARY_SOFTPLUS,
    UNARY_HARDSWISH,
    UNARY_HARDSIGMOID,
    UNARY_ERF,
    UNARY_CLAMP,
    UNARY_STABILIZE
};

// Which function, with its constants in float64.
struct Unary {
    int kind;
    double alpha, beta;
};

template <typename T>
static __device__ __forceinline__ bool isNaN(T x) {
    return x != x;
}

// The larger (smaller) one; NaN if either is NaN, unlike fmax.
template <typename T>
static __device__ __forceinline__ T larger(T a, T b) {
    return isNaN(a) || a > b ? a : b;
}
template <typename T>
static __device__ __forceinline__ T smaller(T a, T b) {
    return isNaN(a) || a < b ? a : b;
}

template <typename T>
static __device__ __forceinline__ T sigmoid(T x) {
    return 1 / (1 + exp(-x));
}

// The share of a normal distribution below x. erfc does not cancel for negative x as 1 + erf would.
template <typename T>
static __device__ __forceinline__ T normalShare(T x) {
    return T(0.5) * erfc(-x * T(0.70710678118654752440));
}

template <typename T>
static __device__ __forceinline__ T geluTanhArgument(T x) {
    return T(0.79788456080286535588) * (x + T(0.044715) * x * x * x);
}

// min(max(x + 3, 0), 6) / 6
template <typename T>
static __device__ __forceinline__ T ramp(T x) {
    return smaller(larger(x + 3, T(0)), T(6)) / 6;
}

template <typename T>
static __device__ __forceinline__ T stabilized(T x, T eps) {
    return x < 0 ? x - eps : x + eps;
}

// x^exponent; the powers that are frequent cost a product.
template <typename T>
static __device__ __forceinline__ T power(T x, T exponent) {
    return exponent == 2 ? x * x : exponent == 1 ? x : pow(x, exponent);
}

template <typename T>
static __device__ ONE_COPY T unaryValue(int kind, T x, double alpha, double beta) {
    T a = T(alpha);
    switch (kind) {
        case UNARY_NEG: return -x;
        case UNARY_ABS: return fabs(x);
        case UNARY_SIGN: return x > 0 ? T(1) : x < 0 ? T(-1) : x;
        case UNARY_SCALE: return a * x;
        case UNARY_SHIFT: return x + a;
        case UNARY_POW: return power(x, a);
        case UNARY_SQUARE: return x * x;
        case UNARY_SQRT: return sqrt(x);
        case UNARY_RSQRT: return 1 / sqrt(x);
        case UNARY_RECIPROCAL: return 1 / x;
        case UNARY_EXP: return exp(x);
        case UNARY_EXPM1: return expm1(x);
        case UNARY_LOG: return log(x);
        case UNARY_LOG1P: return log1p(x);
        case UNARY_SIN: return sin(x);
        case UNARY_COS: return cos(x);
        case UNARY_TANH: return tanh(x);
        case UNARY_SIGMOID: return sigmoid(x);
        case UNARY_RELU: return larger(x, T(0));
        case UNARY_NEGATIVE_PART: return smaller(x, T(0));
        case UNARY_LEAKY_RELU: return x > 0 ? x : a * x;
        case UNARY_ELU: return x > 0 ? x : a * expm1(x);
        case UNARY_GELU: return x * normalShare(x);
        // (1 + tanh u) / 2 = 1 / (1 + e^-2u)
        case UNARY_GELU_TANH: return x * sigmoid(2 * geluTanhArgument(x));
        case UNARY_SILU: return x * sigmoid(x);
        case UNARY_SOFTPLUS: {
            T ax = a * x;
            // Of the two forms of ln(1 + e^ax) the one whose exponential cannot overflow.
            return double(ax) > beta ? x : (ax > 0 ? ax + log1p(exp(-ax)) : log1p(exp(ax))) / a;
        }
        case UNARY_HARDSWISH: return x * ramp(x);
        case UNARY_HARDSIGMOID: return ramp(x);
        case UNARY_ERF: return erf(x);
        case UNARY_CLAMP: return smaller(larger(x, a), T(beta));
        case UNARY_STABILIZE: return stabilized(x, a);
    }
    return x;
}

#endif
