// Functions of one, two or three tensors, element by element.
//
// A result is written in row-major order. Operands are read through a View, unless all of them lie in row-major order without
// gaps ("flat"): then a thread reads and writes 16 bytes at a time. A function is chosen by a number that is the same for all
// threads, so that a branch costs next to nothing beside the memory, and one kernel per element type does for all functions.

#include "pack.cuh"
#include "unary.cuh"

// ---- loops ----

// y = f(a)
template <typename R, typename A, typename F>
static __device__ __forceinline__ void map(R *y, const A *a, const View &view, int flat, long long cells, F f) {
    constexpr int N = PACKED<A>;
    if (!flat) {
        FOR_CELLS(i, cells) {
            y[i] = f(a[offset(view, i)]);
        }
        return;
    }
    long long packs = startsPack<N>(y) && startsPack<N>(a) ? cells / N : 0;
    FOR_CELLS(p, packs) {
        Pack<A, N> first = load<N>(a, p);
        Pack<R, N> result;
#pragma unroll
        for (int k = 0; k < N; k++) {
            result.at[k] = f(first.at[k]);
        }
        store<N>(y, p, result);
    }
    FOR_CELLS(rest, cells - packs * N) {
        long long i = packs * N + rest;
        y[i] = f(a[i]);
    }
}

// y = f(a, b)
template <typename R, typename A, typename B, typename F>
static __device__ __forceinline__ void map(R *y, const A *a, const B *b, const View &view, int flat, long long cells, F f) {
    constexpr int N = PACKED<B>;
    if (!flat) {
        FOR_CELLS(i, cells) {
            Offsets<2> at = offsets<2>(view, i);
            y[i] = f(a[at[0]], b[at[1]]);
        }
        return;
    }
    long long packs = startsPack<N>(y) && startsPack<N>(a) && startsPack<N>(b) ? cells / N : 0;
    FOR_CELLS(p, packs) {
        Pack<A, N> first = load<N>(a, p);
        Pack<B, N> second = load<N>(b, p);
        Pack<R, N> result;
#pragma unroll
        for (int k = 0; k < N; k++) {
            result.at[k] = f(first.at[k], second.at[k]);
        }
        store<N>(y, p, result);
    }
    FOR_CELLS(rest, cells - packs * N) {
        long long i = packs * N + rest;
        y[i] = f(a[i], b[i]);
    }
}

// y = f(a, b, c)
template <typename R, typename A, typename B, typename C, typename F>
static __device__ __forceinline__ void map(R *y, const A *a, const B *b, const C *c, const View &view, int flat,
        long long cells, F f) {
    constexpr int N = PACKED<B>;
    if (!flat) {
        FOR_CELLS(i, cells) {
            Offsets<3> at = offsets<3>(view, i);
            y[i] = f(a[at[0]], b[at[1]], c[at[2]]);
        }
        return;
    }
    bool aligned = startsPack<N>(y) && startsPack<N>(a) && startsPack<N>(b) && startsPack<N>(c);
    long long packs = aligned ? cells / N : 0;
    FOR_CELLS(p, packs) {
        Pack<A, N> first = load<N>(a, p);
        Pack<B, N> second = load<N>(b, p);
        Pack<C, N> third = load<N>(c, p);
        Pack<R, N> result;
#pragma unroll
        for (int k = 0; k < N; k++) {
            result.at[k] = f(first.at[k], second.at[k], third.at[k]);
        }
        store<N>(y, p, result);
    }
    FOR_CELLS(rest, cells - packs * N) {
        long long i = packs * N + rest;
        y[i] = f(a[i], b[i], c[i]);
    }
}

// ---- functions of one number ----

// f'(x) g from y = f(x).
template <typename T>
static __device__ __forceinline__ T vjpFromOutput(int kind, T y, T g) {
    switch (kind) {
        case UNARY_SQRT: return T(0.5) / y * g;
        // With g in the innermost product, y^3 (y^2) cannot leave the range of float32 where the result does not.
        case UNARY_RSQRT: return T(-0.5) * y * (y * (y * g));
        case UNARY_RECIPROCAL: return -y * (y * g);
        case UNARY_EXP: return y * g;
        case UNARY_EXPM1: return (y + 1) * g;
        case UNARY_TANH: return (1 - y * y) * g;
        case UNARY_SIGMOID: return y * (1 - y) * g;
        default: return (y > 0 ? T(1) : T(0)) * g; // UNARY_RELU
    }
}

// f'(x)
template <typename T>
static __device__ __forceinline__ T derivative(int kind, T x, double alpha, double beta) {
    T a = T(alpha);
    switch (kind) {
        case UNARY_NEG: return T(-1);
        case UNARY_ABS: return x > 0 ? T(1) : x < 0 ? T(-1) : x;
        case UNARY_SIGN: return T(0);
        case UNARY_SCALE: return a;
        case UNARY_POW: return a == 0 ? T(0) : a * power(x, T(alpha - 1));
        case UNARY_SQUARE: return 2 * x;
        case UNARY_LOG: return 1 / x;
        case UNARY_LOG1P: return 1 / (1 + x);
        case UNARY_SIN: return cos(x);
        case UNARY_COS: return -sin(x);
        case UNARY_NEGATIVE_PART: return x < 0 ? T(1) : T(0);
        case UNARY_LEAKY_RELU: return x > 0 ? T(1) : a;
        case UNARY_ELU: return x > 0 ? T(1) : a * exp(x);
        case UNARY_GELU: return normalShare(x) + x * T(0.39894228040143267794) * exp(T(-0.5) * x * x);
        case UNARY_GELU_TANH: {
            T t = tanh(geluTanhArgument(x));
            T inner = T(0.79788456080286535588) * (1 + T(3 * 0.044715) * x * x);
            return T(0.5) * (1 + t) + T(0.5) * x * (1 - t * t) * inner;
        }
        case UNARY_SILU: {
            T s = sigmoid(x);
            return s * (1 + x * (1 - s));
        }
        case UNARY_SOFTPLUS: return double(a * x) > beta ? T(1) : sigmoid(a * x);
        case UNARY_HARDSWISH: return x <= -3 ? T(0) : x >= 3 ? T(1) : x / 3 + T(0.5);
        case UNARY_HARDSIGMOID: return x > -3 && x < 3 ? T(1) / 6 : T(0);
        case UNARY_ERF: return T(1.1283791670955125739) * exp(-x * x);
        // The bounds themselves belong to the inside, hence are not rounded.
        case UNARY_CLAMP: return double(x) >= alpha && double(x) <= beta ? T(1) : isNaN(x) ? x : T(0);
        default: return T(1); // UNARY_SHIFT, UNARY_STABILIZE
    }
}

// f'(x) g
template <typename T>
static __device__ ONE_COPY T vjpValue(int kind, T x, T g, double alpha, double beta) {
    switch (kind) {
        case UNARY_SQRT: return vjpFromOutput(kind, sqrt(x), g);
        case UNARY_RSQRT: return vjpFromOutput(kind, 1 / sqrt(x), g);
        case UNARY_RECIPROCAL: return vjpFromOutput(kind, 1 / x, g);
        case UNARY_EXP: return exp(x) * g;
        case UNARY_EXPM1: return exp(x) * g;
        case UNARY_TANH: return vjpFromOutput(kind, tanh(x), g);
        case UNARY_SIGMOID: return vjpFromOutput(kind, sigmoid(x), g);
        case UNARY_RELU: return vjpFromOutput(kind, x, g);
    }
    return derivative(kind, x, alpha, beta) * g;
}

#define UNARY(suffix, T)                                                                                              \
    KERNEL(unary_##suffix, T *y, const T *x, VIEW view, int flat, int kind, double alpha, double beta,                \
            long long cells) {                                                                                        \
        map(y, x, view, flat, cells, [=](T value) { return unaryValue(kind, value, alpha, beta); });                  \
    }                                                                                                                 \
    KERNEL(unary_vjp_##suffix, T *y, const T *x, const T *g, VIEW view, int flat, int kind, double alpha, double beta, \
            long long cells) {                                                                                        \
        map(y, x, g, view, flat, cells,                                                                               \
                [=](T value, T upstream) { return vjpValue(kind, value, upstream, alpha, beta); });                   \
    }                                                                                                                 \
    KERNEL(unary_vjp_from_output_##suffix, T *y, const T *output, const T *g, VIEW view, int flat, int kind,          \
            long long cells) {                                                                                        \
        map(y, output, g, view, flat, cells,                                                                          \
                [=](T value, T upstream) { return vjpFromOutput(kind, value, upstream); });                           \
    }
EACH_FLOAT(UNARY)

// ---- functions of two numbers ----

// In the order of BinaryFn.
enum BinaryKind {
    BINARY_ADD,
    BINARY_SUB,
    BINARY_MUL,
    BINARY_DIV,
    BINARY_POW,
    BINARY_MAXIMUM,
    BINARY_MINIMUM,
    BINARY_EQUAL,
    BINARY_GREATER
};

template <typename T>
static __device__ ONE_COPY T powerOf(T a, T b) {
    return pow(a, b);
}

template <typename T>
static __device__ __forceinline__ T binaryValue(int kind, T a, T b) {
    switch (kind) {
        case BINARY_ADD: return a + b;
        case BINARY_SUB: return a - b;
        case BINARY_MUL: return a * b;
        case BINARY_DIV: return a / b;
        case BINARY_POW: return powerOf(a, b);
        case BINARY_MAXIMUM: return larger(a, b);
        default: return smaller(a, b); // BINARY_MINIMUM
    }
}

// Integers wrap around, which in C++ only unsigned ones do. Exponents are not negative: the host has looked.
static __device__ ONE_COPY long long integerPower(unsigned long long base, long long exponent) {
    unsigned long long result = 1;
    for (; exponent > 0; exponent >>= 1) {
        result = (exponent & 1) == 1 ? result * base : result;
        base *= base;
    }
    return static_cast<long long>(result);
}

static __device__ __forceinline__ long long integerValue(int kind, long long a, long long b) {
    unsigned long long x = static_cast<unsigned long long>(a);
    unsigned long long y = static_cast<unsigned long long>(b);
    switch (kind) {
        case BINARY_ADD: return static_cast<long long>(x + y);
        case BINARY_SUB: return static_cast<long long>(x - y);
        case BINARY_MUL: return static_cast<long long>(x * y);
        case BINARY_POW: return integerPower(x, b);
        case BINARY_MAXIMUM: return a > b ? a : b;
        default: return a < b ? a : b; // BINARY_MINIMUM
    }
}

#define BINARY(suffix, T)                                                                                   \
    KERNEL(binary_##suffix, T *y, const T *a, const T *b, VIEW view, int flat, int kind, long long cells) { \
        map(y, a, b, view, flat, cells, [=](T x, T z) { return binaryValue(kind, x, z); });                 \
    }
EACH_FLOAT(BINARY)

KERNEL(binary_i64, long long *y, const long long *a, const long long *b, VIEW view, int flat, int kind, long long cells) {
    map(y, a, b, view, flat, cells, [=](long long x, long long z) { return integerValue(kind, x, z); });
}

#define COMPARE(suffix, T)                                                                                   \
    KERNEL(compare_##suffix, unsigned char *y, const T *a, const T *b, VIEW view, int flat, int kind,        \
            long long cells) {                                                                               \
        map(y, a, b, view, flat, cells, [=](T x, T z) {                                                      \
            return static_cast<unsigned char>(kind == BINARY_EQUAL ? x == z : x > z);                        \
        });                                                                                                  \
    }
EACH_FLOAT(COMPARE)
COMPARE(i64, long long)

// Numbers that are only moved are bytes, whatever they mean.
#define EACH_WIDTH(X) X(b1, unsigned char) X(b4, unsigned) X(b8, unsigned long long)

#define WHERE(suffix, T)                                                                                       \
    KERNEL(where_##suffix, T *y, const unsigned char *condition, const T *a, const T *b, VIEW view, int flat,  \
            long long cells) {                                                                                 \
        map(y, condition, a, b, view, flat, cells,                                                             \
                [](unsigned char chosen, T x, T z) { return chosen != 0 ? x : z; });                           \
    }
EACH_WIDTH(WHERE)

// ---- what rules of relevance compute ----

// r |a| / (|a| + |b| + eps)
#define ABSOLUTE_SHARE(suffix, T)                                                                                  \
    KERNEL(absolute_share_##suffix, T *y, const T *r, const T *a, const T *b, VIEW view, int flat, double eps,     \
            long long cells) {                                                                                     \
        map(y, r, a, b, view, flat, cells,                                                                         \
                [=](T share, T own, T other) { return share * (fabs(own) / (fabs(own) + fabs(other) + T(eps))); }); \
    }
EACH_FLOAT(ABSOLUTE_SHARE)

// weight r / (z + above), or weight r / (z + below) where z is negative.
#define QUOTIENT(suffix, T)                                                                                         \
    KERNEL(quotient_##suffix, T *y, const T *r, const T *z, VIEW view, int flat, double weight, double above,       \
            double below, long long cells) {                                                                        \
        map(y, r, z, view, flat, cells,                                                                             \
                [=](T relevance, T x) { return T(weight) * relevance / (x + (x < 0 ? T(below) : T(above))); });     \
    }
EACH_FLOAT(QUOTIENT)

// a x s + b |x| t
#define SIGNED_MIX(suffix, T)                                                                                        \
    KERNEL(signed_mix_##suffix, T *y, const T *x, const T *s, const T *t, VIEW view, int flat, double a, double b,   \
            long long cells) {                                                                                       \
        map(y, x, s, t, view, flat, cells,                                                                           \
                [=](T value, T first, T second) { return T(a) * (value * first) + T(b) * (fabs(value) * second); }); \
    }
EACH_FLOAT(SIGNED_MIX)

// x a where x is positive, x b elsewhere
#define SIGNED_SHARE(suffix, T)                                                                                   \
    KERNEL(signed_share_##suffix, T *y, const T *x, const T *a, const T *b, VIEW view, int flat, long long cells) { \
        map(y, x, a, b, view, flat, cells, [](T value, T above, T below) { return value * (value > 0 ? above : below); }); \
    }
EACH_FLOAT(SIGNED_SHARE)

// found = 1 if an r is not zero where y is not positive. Any number of threads may write the same 1.
#define FIND_RELEVANCE(suffix, T)                                                                                  \
    KERNEL(find_relevance_##suffix, int *found, const T *r, const T *y, VIEW view, int flat, long long cells) {    \
        FOR_CELLS(i, cells) {                                                                                      \
            Offsets<2> at = flat ? Offsets<2>{{i, i}} : offsets<2>(view, i);                                       \
            if (!(y[at[1]] > 0) && r[at[0]] != 0) {                                                                \
                *found = 1;                                                                                        \
            }                                                                                                      \
        }                                                                                                          \
    }
EACH_FLOAT(FIND_RELEVANCE)
