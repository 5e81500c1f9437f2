// Stands in for what nvcc knows by itself, so that g++ compiles the .cu files for the host. See lrp4j.cuh.

#ifndef LRP4J_HOST_H
#define LRP4J_HOST_H

#include <cfloat>
#include <climits>
#include <cstdint>
#include <cstring>
#include <string>
#include <math.h>
#include <type_traits>
#include <utility>

#define __device__
#define __host__
#define __global__
#define __constant__ static const
#define __forceinline__ inline __attribute__((always_inline))
#define __restrict__ __restrict
#define __launch_bounds__(...)
#define __align__(bytes) alignas(bytes)
// All threads of a block run in one thread of the host, and another block at the same time in another.
#define __shared__ static thread_local

struct uint3 {
    unsigned x, y, z;
};

namespace lrp4j {

// Which thread of the grid runs.
struct Here {
    uint3 thread, block, blockSize, gridSize;
    unsigned char *shared;
};

extern __thread Here here;

// The threads of the block that runs.
struct Threads {
    int count;
    int started;
    int finished;
    bool backwards;

    // The one that starts next.
    int next() const { return backwards ? count - 1 - started : started; }

    bool start() {
        if (started == count) {
            return false;
        }
        here.thread.x = next();
        started++;
        return true;
    }
};

// A kernel by its name, with what its arguments look like.
struct Kernel {
    static constexpr int MOST_PARAMETERS = 32;

    const char *name;
    int parameters;
    int sizes[MOST_PARAMETERS];
    int offsets[MOST_PARAMETERS];
    // Runs every thread that has not started yet.
    void (*run)(Threads &threads, const char *arguments, const int *offsets);
    const Kernel *next;

    void add();
};

void barrier(const char *site);
void warpBarrier(unsigned mask, const char *site);
unsigned long long exchange(unsigned mask, unsigned long long bits, int source, const char *site);
unsigned ballot(unsigned mask, bool vote, const char *site);

template <auto F, typename... P>
struct Registered {
    template <std::size_t... I>
    static void run(Threads &threads, const char *arguments, const int *offsets, std::index_sequence<I...>) {
        while (threads.start()) {
            F(*reinterpret_cast<const std::remove_reference_t<P> *>(arguments + offsets[I])...);
            threads.finished++;
        }
    }

    static void runAll(Threads &threads, const char *arguments, const int *offsets) {
        run(threads, arguments, offsets, std::index_sequence_for<P...>());
    }
};

template <auto F, typename... P>
struct Registration : Kernel {
    Registration(const char *kernel, void (*)(P...)) {
        name = kernel;
        parameters = 0;
        int at = 0;
        (place(at, sizeof(std::remove_reference_t<P>), alignof(std::remove_reference_t<P>)), ...);
        run = &Registered<F, P...>::runAll;
        add();
    }

  private:
    void place(int &at, int size, int alignment) {
        at = (at + alignment - 1) / alignment * alignment;
        sizes[parameters] = size;
        offsets[parameters++] = at;
        at += size;
    }
};

template <auto F>
struct Register {
    template <typename... P>
    static Registration<F, P...> as(const char *name, void (*kernel)(P...)) {
        return Registration<F, P...>(name, kernel);
    }
};

template <typename T>
inline T shuffle(unsigned mask, T value, int source, const char *site) {
    static_assert(sizeof(T) <= 8, "a shuffle moves up to 8 bytes");
    unsigned long long bits = 0;
    std::memcpy(&bits, &value, sizeof(T));
    bits = exchange(mask, bits, source, site);
    std::memcpy(&value, &bits, sizeof(T));
    return value;
}

inline int lane() { return here.thread.x & 31; }

// The lane itself where the other one lies outside of its group of width lanes.
inline int within(int other, int width) {
    return (other >= 0 && (other & ~(width - 1)) == (lane() & ~(width - 1))) ? other : lane();
}

template <typename T>
inline T shuffleAt(unsigned mask, T value, int source, int width, const char *site) {
    return shuffle(mask, value, (lane() & ~(width - 1)) | (source & (width - 1)), site);
}
template <typename T>
inline T shuffleXor(unsigned mask, T value, int bits, int width, const char *site) {
    return shuffle(mask, value, within(lane() ^ bits, width), site);
}
template <typename T>
inline T shuffleDown(unsigned mask, T value, int delta, int width, const char *site) {
    return shuffle(mask, value, within(lane() + delta, width), site);
}
template <typename T>
inline T shuffleUp(unsigned mask, T value, int delta, int width, const char *site) {
    return shuffle(mask, value, within(lane() - delta, width), site);
}

} // namespace lrp4j

#define LRP4J_TEXT_OF(x) #x
#define LRP4J_TEXT(x) LRP4J_TEXT_OF(x)
#define LRP4J_SITE __FILE__ ":" LRP4J_TEXT(__LINE__)

#define KERNEL(name, ...)                                                                                \
    static void name(__VA_ARGS__);                                                                       \
    static const auto lrp4j_kernel_##name = lrp4j::Register<&name>::as(#name, &name);                     \
    static void name(__VA_ARGS__)
#define KERNEL_OF(threads, name, ...) KERNEL(name, __VA_ARGS__)
#define IN_PLACE(type) const type &
#define SHARED(T, name) T *name = reinterpret_cast<T *>(lrp4j::here.shared)

#define threadIdx (lrp4j::here.thread)
#define blockIdx (lrp4j::here.block)
#define blockDim (lrp4j::here.blockSize)
#define gridDim (lrp4j::here.gridSize)
#define warpSize 32

#define __syncthreads() lrp4j::barrier(LRP4J_SITE)
#define LRP4J_FIRST(a, ...) a
#define __syncwarp(...) lrp4j::warpBarrier(LRP4J_FIRST(__VA_ARGS__ __VA_OPT__(,) 0xffffffffu), LRP4J_SITE)
#define LRP4J_FOURTH(a, b, c, d, ...) a, b, c, d
#define LRP4J_SHUFFLE(f, ...) lrp4j::f(LRP4J_FOURTH(__VA_ARGS__, 32, 32), LRP4J_SITE)
#define __shfl_sync(...) LRP4J_SHUFFLE(shuffleAt, __VA_ARGS__)
#define __shfl_xor_sync(...) LRP4J_SHUFFLE(shuffleXor, __VA_ARGS__)
#define __shfl_down_sync(...) LRP4J_SHUFFLE(shuffleDown, __VA_ARGS__)
#define __shfl_up_sync(...) LRP4J_SHUFFLE(shuffleUp, __VA_ARGS__)
#define __ballot_sync(mask, vote) lrp4j::ballot(mask, (vote) != 0, LRP4J_SITE)
#define __any_sync(mask, vote) (__ballot_sync(mask, vote) != 0)
#define __all_sync(mask, vote) (__ballot_sync(mask, vote) == (mask))

template <typename T>
inline T __ldg(const T *address) {
    return *address;
}

struct alignas(8) float2 {
    float x, y;
};
struct alignas(16) float4 {
    float x, y, z, w;
};
struct alignas(16) double2 {
    double x, y;
};
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline double2 make_double2(double x, double y) { return {x, y}; }

// Like CUDA's, a NaN loses against a number.
inline float max(float a, float b) { return fmaxf(a, b); }
inline float min(float a, float b) { return fminf(a, b); }
inline double max(double a, double b) { return fmax(a, b); }
inline double min(double a, double b) { return fmin(a, b); }
#define LRP4J_INTEGER(T)                                 \
    inline T max(T a, T b) { return a > b ? a : b; }     \
    inline T min(T a, T b) { return a < b ? a : b; }
LRP4J_INTEGER(int)
LRP4J_INTEGER(unsigned)
LRP4J_INTEGER(long)
LRP4J_INTEGER(long long)
LRP4J_INTEGER(unsigned long)
LRP4J_INTEGER(unsigned long long)

inline float rsqrtf(float x) { return 1 / sqrtf(x); }
inline float rsqrt(float x) { return 1 / sqrtf(x); }
inline double rsqrt(double x) { return 1 / ::sqrt(x); }
inline float __expf(float x) { return expf(x); }
inline float __logf(float x) { return logf(x); }
inline float __powf(float x, float y) { return powf(x, y); }
inline float __fdividef(float x, float y) { return x / y; }
inline float __fmaf_rn(float a, float b, float c) { return fmaf(a, b, c); }
inline double __fma_rn(double a, double b, double c) { return fma(a, b, c); }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fadd_rn(float a, float b) { return a + b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline double __dadd_rn(double a, double b) { return a + b; }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz(static_cast<unsigned>(x)); }

template <typename To, typename From>
inline To lrp4j_bits(From from) {
    static_assert(sizeof(To) == sizeof(From), "same size");
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}
inline int __float_as_int(float x) { return lrp4j_bits<int>(x); }
inline unsigned __float_as_uint(float x) { return lrp4j_bits<unsigned>(x); }
inline float __int_as_float(int x) { return lrp4j_bits<float>(x); }
inline float __uint_as_float(unsigned x) { return lrp4j_bits<float>(x); }
inline long long __double_as_longlong(double x) { return lrp4j_bits<long long>(x); }
inline double __longlong_as_double(long long x) { return lrp4j_bits<double>(x); }

#endif
