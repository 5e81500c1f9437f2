// What becomes of a product: y = f(z + bias + addend) * factor, in place, in one pass over memory.
//
// A library multiplies the matrices; done one after the other, a bias, a sum, an activation and a factor would each read and
// write the whole product again.

#include "pack.cuh"
#include "unary.cuh"

// The steps after a product of numbers of type T; a null pointer leaves a step out.
template <typename T>
struct Steps {
    const T *bias;
    const T *addend;
    const T *factor;
    // A bias belongs to the dimension of `channels` entries, each of which is `inner` neighbours of the product.
    long long inner, channels;
    int kind; // of the function, negative for none
    double alpha, beta;

    __device__ __forceinline__ T biasAt(long long cell) const {
        if (cell <= 0xffffffffLL && inner <= 0xffffffffLL) {
            unsigned entry = static_cast<unsigned>(cell) / static_cast<unsigned>(inner);
            return bias[entry % static_cast<unsigned>(channels)];
        }
        return bias[cell / inner % channels];
    }

    // What becomes of z at a cell, given the addend's and the factor's number there.
    __device__ __forceinline__ T done(T z, long long cell, T added, T times) const {
        if (bias != nullptr) {
            z += biasAt(cell);
        }
        if (addend != nullptr) {
            z += added;
        }
        if (kind >= 0) {
            z = unaryValue(kind, z, alpha, beta);
        }
        return factor == nullptr ? z : z * times;
    }
};

// What lies there, or nothing in particular where there is no operand.
template <typename T>
static __device__ __forceinline__ T numberAt(const T *x, long long at) {
    return x == nullptr ? T() : x[at];
}

// The view's operands are addend and factor; flat: both lie as the product does.
template <typename T>
static __device__ void epilogue(T *z, const Steps<T> &steps, const View &view, int flat, long long cells) {
    constexpr int N = PACKED<T>;
    if (!flat) {
        FOR_CELLS(i, cells) {
            Offsets<2> at = offsets<2>(view, i);
            z[i] = steps.done(z[i], i, numberAt(steps.addend, at[0]), numberAt(steps.factor, at[1]));
        }
        return;
    }
    // A null pointer starts a pack, too.
    bool aligned = startsPack<N>(z) && startsPack<N>(steps.addend) && startsPack<N>(steps.factor);
    long long packs = aligned ? cells / N : 0;
    FOR_CELLS(p, packs) {
        Pack<T, N> values = load<N>(z, p);
        Pack<T, N> added = numberAt(reinterpret_cast<const Pack<T, N> *>(steps.addend), p);
        Pack<T, N> times = numberAt(reinterpret_cast<const Pack<T, N> *>(steps.factor), p);
#pragma unroll
        for (int k = 0; k < N; k++) {
            values.at[k] = steps.done(values.at[k], p * N + k, added.at[k], times.at[k]);
        }
        store<N>(z, p, values);
    }
    FOR_CELLS(rest, cells - packs * N) {
        long long i = packs * N + rest;
        z[i] = steps.done(z[i], i, numberAt(steps.addend, i), numberAt(steps.factor, i));
    }
}

#define EPILOGUE(suffix, T)                                                                                          \
    KERNEL(epilogue_##suffix, T *z, const T *bias, const T *addend, const T *factor, VIEW view, int flat,            \
            long long inner, long long channels, int kind, double alpha, double beta, long long cells) {             \
        Steps<T> steps = {bias, addend, factor, inner, channels, kind, alpha, beta};                                 \
        epilogue(z, steps, view, flat, cells);                                                                       \
    }
EACH_FLOAT(EPILOGUE)
