// Runs kernels on the host: the blocks of a grid one after the other in two threads, the threads of a block as fibres which
// switch at barriers only. A thread that meets no barrier ends in the fibre where the one before it ended, so that a kernel
// without barriers is a plain loop.

#include "lrp4j-host.h"

#include <atomic>
#include <condition_variable>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>
#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace lrp4j {

__thread Here here;

namespace {

constexpr int MOST_THREADS = 1024;
constexpr int MOST_SHARED_BYTES = 227 * 1024;
// Not a power of two: the tops of all stacks would share one set of the cache.
constexpr std::size_t STACK_BYTES = 64 * 1024 + 9 * 64;
constexpr unsigned long long UNTOUCHED = 0x7fc0dead7fc0deadULL;

// What a fibre that waits is continued by.
#if defined(__x86_64__)
using Context = void *;

extern "C" void lrp4j_switch(Context *save, Context to);
asm(R"(
    .text
    .hidden lrp4j_switch
    .globl lrp4j_switch
    .type lrp4j_switch, @function
lrp4j_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size lrp4j_switch, .-lrp4j_switch
)");

void change(Context &save, Context &to) { lrp4j_switch(&save, to); }

void prepare(Context &fresh, char *stack, void (*entry)()) {
    // The six registers that a switch restores, the address it returns to, and a frame that nothing returns to.
    auto top = reinterpret_cast<std::uintptr_t>(stack + STACK_BYTES) & ~std::uintptr_t{15};
    auto *words = reinterpret_cast<std::uintptr_t *>(top) - 9;
    std::memset(words, 0, 9 * sizeof *words);
    words[6] = reinterpret_cast<std::uintptr_t>(entry);
    fresh = words;
}
#else
using Context = ucontext_t;

void change(Context &save, Context &to) { swapcontext(&save, &to); }

void prepare(Context &fresh, char *stack, void (*entry)()) {
    getcontext(&fresh);
    fresh.uc_stack.ss_sp = stack + sizeof UNTOUCHED;
    fresh.uc_stack.ss_size = STACK_BYTES - sizeof UNTOUCHED;
    fresh.uc_link = nullptr;
    makecontext(&fresh, entry, 0);
}
#endif

// What all blocks of a launch have in common.
struct Launch {
    const Kernel *kernel;
    const char *arguments;
    const int *offsets;
    uint3 grid;
    int threads;
    int sharedBytes;
    long long blocks;
    std::atomic<long long> next{0};
    std::mutex failing;
    std::string failure;

    bool failed() {
        std::lock_guard<std::mutex> lock(failing);
        return !failure.empty();
    }
};

struct Warp {
    unsigned arrived;
    unsigned mask;
    const char *site;
    unsigned char phase[32];
    unsigned long long slots[2][32];
};

// One of the host's threads that runs blocks.
struct Runner {
    Threads threads;
    Launch *launch = nullptr;
    Context main;
    Context fibres[MOST_THREADS];
    char *stacks = nullptr;
    int stacksUsed;
    // Threads that can go on.
    int ready[MOST_THREADS];
    int readyHead;
    int readySize;
    // Threads that wait for the block.
    int waiting[MOST_THREADS];
    int waitingSize;
    const char *site;
    Warp warps[MOST_THREADS / 32];
    alignas(256) unsigned char shared[MOST_SHARED_BYTES];
    sigjmp_buf fault;
    void *faultAddress;
    std::string error;

    void run(Launch &work);
    void block(long long number);
    Context &pick();
    void suspend();
    void makeReady(int thread);
    [[noreturn]] void fail(const std::string &message);
    char *stack(int number) { return stacks + number * STACK_BYTES; }
};

__thread Runner *runner;

std::string text(const char *site) {
    const char *file = std::strrchr(site, '/');
    return file == nullptr ? site : file + 1;
}

std::string place() {
    return "block (" + std::to_string(here.block.x) + ", " + std::to_string(here.block.y) + ", "
            + std::to_string(here.block.z) + "), thread " + std::to_string(here.thread.x);
}

[[noreturn]] void enter() {
    Runner &self = *runner;
    self.launch->kernel->run(self.threads, self.launch->arguments, self.launch->offsets);
    Context ended;
    change(ended, self.pick());
    std::abort(); // Nothing makes a fibre ready that has ended.
}

// Where to go on: a thread that can, else one that has not started, else the scheduler.
Context &Runner::pick() {
    if (readySize > 0) {
        int thread = ready[readyHead];
        readyHead = (readyHead + 1) % MOST_THREADS;
        readySize--;
        here.thread.x = thread;
        return fibres[thread];
    }
    if (threads.started < threads.count) {
        int number = stacksUsed++;
        std::memcpy(stack(number), &UNTOUCHED, sizeof UNTOUCHED);
        Context &fresh = fibres[threads.started];
        prepare(fresh, stack(number), enter);
        return fresh;
    }
    return main;
}

void Runner::suspend() {
    Context &self = fibres[here.thread.x];
    change(self, pick());
}

void Runner::makeReady(int thread) {
    ready[(readyHead + readySize++) % MOST_THREADS] = thread;
}

void Runner::fail(const std::string &message) {
    error = message;
    Context abandoned;
    change(abandoned, main);
    std::abort();
}

void Runner::block(long long number) {
    here.block.x = static_cast<unsigned>(number % launch->grid.x);
    here.block.y = static_cast<unsigned>(number / launch->grid.x % launch->grid.y);
    here.block.z = static_cast<unsigned>(number / launch->grid.x / launch->grid.y);
    threads.count = launch->threads;
    threads.started = 0;
    threads.finished = 0;
    stacksUsed = 0;
    readyHead = 0;
    readySize = 0;
    waitingSize = 0;
    for (int w = 0; w < (launch->threads + 31) / 32; w++) {
        warps[w].arrived = 0;
        std::memset(warps[w].phase, 0, sizeof warps[w].phase);
    }
    // Whatever a kernel reads before it wrote it is no number.
    std::memset(shared, 0xff, launch->sharedBytes);
    change(main, pick());
    if (!error.empty()) {
        return;
    }
    for (int number = 0; number < stacksUsed; number++) {
        if (std::memcmp(stack(number), &UNTOUCHED, sizeof UNTOUCHED) != 0) {
            error = "a thread needs more than " + std::to_string(STACK_BYTES) + " bytes of stack";
        }
    }
    if (threads.finished < threads.count) {
        std::string site;
        int waits = waitingSize;
        if (waitingSize > 0) {
            site = text(this->site);
        } else {
            for (int w = 0; w < (launch->threads + 31) / 32; w++) {
                waits += __builtin_popcount(warps[w].arrived);
                if (warps[w].arrived != 0) {
                    site = text(warps[w].site);
                }
            }
        }
        error = "block (" + std::to_string(here.block.x) + ", " + std::to_string(here.block.y) + ", "
                + std::to_string(here.block.z) + "): " + std::to_string(waits) + " of "
                + std::to_string(threads.count) + " threads wait at " + site + ", which the others never reach";
    }
}

void Runner::run(Launch &work) {
    if (stacks == nullptr) {
        void *memory = mmap(nullptr, STACK_BYTES * MOST_THREADS, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED) {
            std::lock_guard<std::mutex> lock(work.failing);
            work.failure = "no memory for stacks";
            return;
        }
        stacks = static_cast<char *>(memory);
    }
    launch = &work;
    error.clear();
    here.shared = shared;
    here.gridSize = work.grid;
    here.blockSize = {static_cast<unsigned>(work.threads), 1, 1};
    here.thread = {0, 0, 0};
    runner = this;
    if (sigsetjmp(fault, 0) == 0) {
        while (error.empty()) {
            long long number = work.next.fetch_add(1);
            if (number >= work.blocks) {
                break;
            }
            block(number);
        }
    } else {
        char address[32];
        std::snprintf(address, sizeof address, "%p", faultAddress);
        error = place() + " touches memory at " + address + ", which is not allocated";
    }
    runner = nullptr;
    if (!error.empty()) {
        work.next = work.blocks;
        std::lock_guard<std::mutex> lock(work.failing);
        work.failure = error;
    }
}

// The second thread of the host, which waits for launches that are worth it.
class Helper {
  public:
    void start(Launch &launch) {
        std::lock_guard<std::mutex> lock(mutex);
        if (!running) {
            running = true;
            std::thread([this] { serve(); }).detach();
        }
        work = &launch;
        changed.notify_all();
    }

    void await() {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [this] { return work == nullptr; });
    }

  private:
    void serve() {
        Runner *self = new Runner();
        std::unique_lock<std::mutex> lock(mutex);
        for (;;) {
            changed.wait(lock, [this] { return work != nullptr; });
            Launch *launch = work;
            lock.unlock();
            self->run(*launch);
            lock.lock();
            work = nullptr;
            changed.notify_all();
        }
    }

    std::mutex mutex;
    std::condition_variable changed;
    Launch *work = nullptr;
    bool running = false;
};

struct sigaction before[2];

// A kernel that touches what is not allocated ends with an error; any other fault is the JVM's.
void onFault(int signal, siginfo_t *info, void *context) {
    if (runner != nullptr) {
        runner->faultAddress = info->si_addr;
        sigset_t blocked;
        sigemptyset(&blocked);
        sigaddset(&blocked, signal);
        pthread_sigmask(SIG_UNBLOCK, &blocked, nullptr);
        siglongjmp(runner->fault, 1);
    }
    struct sigaction &old = before[signal == SIGBUS];
    if ((old.sa_flags & SA_SIGINFO) != 0) {
        old.sa_sigaction(signal, info, context);
    } else if (old.sa_handler == SIG_DFL || old.sa_handler == SIG_IGN) {
        sigaction(signal, &old, nullptr);
    } else {
        old.sa_handler(signal);
    }
}

void catchFaults() {
    for (int signal : {SIGSEGV, SIGBUS}) {
        struct sigaction &old = before[signal == SIGBUS];
        sigaction(signal, nullptr, &old);
        struct sigaction action = old;
        action.sa_sigaction = onFault;
        action.sa_flags |= SA_SIGINFO;
        sigaction(signal, &action, nullptr);
    }
}

const Kernel *kernels;
Runner *caller;
Helper helper;
std::mutex launching;

void requireWarp(unsigned mask, const char *site) {
    if ((mask >> lane() & 1) == 0) {
        runner->fail(place() + " is not in the mask at " + text(site));
    }
}

// Whether this was the last of the warp.
void meet(Warp &warp, unsigned mask, const char *site) {
    if (warp.arrived == 0) {
        warp.mask = mask;
        warp.site = site;
    } else if (warp.mask != mask || warp.site != site) {
        runner->fail(place() + " is at " + text(site) + ", others of its warp at " + text(warp.site));
    }
    warp.arrived |= 1u << lane();
    int thread = here.thread.x;
    if (warp.arrived != warp.mask) {
        runner->suspend();
        return;
    }
    int first = thread & ~31;
    for (int l = 0; l < 32; l++) {
        if ((warp.mask >> l & 1) != 0 && first + l != thread) {
            runner->makeReady(first + l);
        }
    }
    warp.arrived = 0;
}

} // namespace

void Kernel::add() {
    next = kernels;
    kernels = this;
}

void barrier(const char *site) {
    Runner &self = *runner;
    if (self.waitingSize > 0 && self.site != site) {
        self.fail(place() + " waits at " + text(site) + ", others at " + text(self.site));
    }
    self.site = site;
    if (self.waitingSize + 1 < self.threads.count) {
        self.waiting[self.waitingSize++] = here.thread.x;
        self.suspend();
        return;
    }
    for (int i = 0; i < self.waitingSize; i++) {
        self.makeReady(self.waiting[i]);
    }
    self.waitingSize = 0;
}

void warpBarrier(unsigned mask, const char *site) {
    requireWarp(mask, site);
    meet(runner->warps[here.thread.x / 32], mask, site);
}

unsigned long long exchange(unsigned mask, unsigned long long bits, int source, const char *site) {
    requireWarp(mask, site);
    if ((mask >> source & 1) == 0) {
        runner->fail(place() + " asks lane " + std::to_string(source) + ", which is not in the mask, at " + text(site));
    }
    Warp &warp = runner->warps[here.thread.x / 32];
    int l = lane();
    // Two sets of slots by turns: who writes the next has read this one before the one after it begins.
    auto &slots = warp.slots[warp.phase[l]];
    warp.phase[l] ^= 1;
    slots[l] = bits;
    meet(warp, mask, site);
    return slots[source];
}

unsigned ballot(unsigned mask, bool vote, const char *site) {
    requireWarp(mask, site);
    Warp &warp = runner->warps[here.thread.x / 32];
    int l = lane();
    auto &slots = warp.slots[warp.phase[l]];
    warp.phase[l] ^= 1;
    slots[l] = vote;
    meet(warp, mask, site);
    unsigned votes = 0;
    for (int other = 0; other < 32; other++) {
        if ((mask >> other & 1) != 0 && slots[other] != 0) {
            votes |= 1u << other;
        }
    }
    return votes;
}

} // namespace lrp4j

using namespace lrp4j;

namespace {

int say(char *message, int capacity, const std::string &text) {
    std::snprintf(message, capacity, "%s", text.c_str());
    return 1;
}

template <typename T>
void multiply(bool transposeA, bool transposeB, int m, int n, int k, double alpha, const T *a, int lda, const T *b, int ldb,
        double beta, T *c, int ldc, T *row) {
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
            row[j] = 0;
        }
        for (int p = 0; p < k; p++) {
            T left = transposeA ? a[static_cast<std::size_t>(p) * lda + i] : a[static_cast<std::size_t>(i) * lda + p];
            const T *right = transposeB ? b + p : b + static_cast<std::size_t>(p) * ldb;
            if (transposeB) {
                for (int j = 0; j < n; j++) {
                    row[j] = fma(left, right[static_cast<std::size_t>(j) * ldb], row[j]);
                }
            } else {
                for (int j = 0; j < n; j++) {
                    row[j] = fma(left, right[j], row[j]);
                }
            }
        }
        T *to = c + static_cast<std::size_t>(i) * ldc;
        for (int j = 0; j < n; j++) {
            T product = static_cast<T>(alpha) * row[j];
            // As BLAS has it: what c held is not looked at where beta is 0.
            to[j] = beta == 0 ? product : product + static_cast<T>(beta) * to[j];
        }
    }
}

template <typename T>
void multiplyAll(bool transposeA, bool transposeB, int m, int n, int k, double alpha, const void *a, int lda,
        long long strideA, const void *b, int ldb, long long strideB, double beta, void *c, int ldc, long long strideC,
        int batch) {
    T *row = static_cast<T *>(std::malloc(sizeof(T) * (n + 1)));
    for (int i = 0; i < batch; i++) {
        multiply(transposeA, transposeB, m, n, k, alpha, static_cast<const T *>(a) + i * strideA, lda,
                static_cast<const T *>(b) + i * strideB, ldb, beta, static_cast<T *>(c) + i * strideC, ldc, row);
    }
    std::free(row);
}

std::size_t roundUp(std::size_t bytes, std::size_t to) { return (bytes + to - 1) / to * to; }

// The last byte of an allocation is followed by less than this many spare ones, then by a page that cannot be touched.
constexpr std::size_t ALIGNMENT = 16;
constexpr unsigned char SPARE = 0xff;

} // namespace

#define API extern "C" __attribute__((visibility("default")))

// Names of all kernels, each ended by a newline; how many bytes there are.
API long long lrp4j_kernels(char *names, long long capacity) {
    std::string all;
    for (const Kernel *kernel = kernels; kernel != nullptr; kernel = kernel->next) {
        all += kernel->name;
        all += '\n';
    }
    std::memcpy(names, all.data(), std::min<long long>(capacity, all.size()));
    return all.size();
}

API const void *lrp4j_kernel(const char *name) {
    for (const Kernel *kernel = kernels; kernel != nullptr; kernel = kernel->next) {
        if (std::strcmp(kernel->name, name) == 0) {
            return kernel;
        }
    }
    return nullptr;
}

API int lrp4j_launch(const void *handle, int x, int y, int z, int threads, int sharedBytes, const char *arguments,
        int bytes, const int *offsets, int count, char *message, int capacity) {
    const Kernel *kernel = static_cast<const Kernel *>(handle);
    std::string name = std::string("kernel ") + kernel->name;
    if (x < 1 || y < 1 || z < 1 || y > 65535 || z > 65535 || threads < 32 || threads > MOST_THREADS || threads % 32 != 0
            || sharedBytes < 0 || sharedBytes > MOST_SHARED_BYTES) {
        return say(message, capacity, name + ": a grid of (" + std::to_string(x) + ", " + std::to_string(y) + ", "
                + std::to_string(z) + ") blocks of " + std::to_string(threads) + " threads with "
                + std::to_string(sharedBytes) + " bytes of shared memory is none");
    }
    if (count != kernel->parameters) {
        return say(message, capacity, name + " has " + std::to_string(kernel->parameters) + " parameters, but is given "
                + std::to_string(count) + " arguments");
    }
    for (int i = 0; i < count; i++) {
        int end = i + 1 < count ? offsets[i + 1] : bytes;
        if (offsets[i] != kernel->offsets[i] || end < offsets[i] + kernel->sizes[i]
                || end > (i + 1 < count ? kernel->offsets[i + 1] : kernel->offsets[i] + kernel->sizes[i])) {
            return say(message, capacity, name + ": parameter " + std::to_string(i) + " takes "
                    + std::to_string(kernel->sizes[i]) + " bytes at " + std::to_string(kernel->offsets[i])
                    + ", but its argument lies from " + std::to_string(offsets[i]) + " to " + std::to_string(end));
        }
    }
    std::lock_guard<std::mutex> lock(launching);
    if (caller == nullptr) {
        caller = new Runner();
        catchFaults();
    }
    Launch launch;
    launch.kernel = kernel;
    launch.arguments = arguments;
    launch.offsets = offsets;
    launch.grid = {static_cast<unsigned>(x), static_cast<unsigned>(y), static_cast<unsigned>(z)};
    launch.threads = threads;
    launch.sharedBytes = sharedBytes;
    launch.blocks = static_cast<long long>(x) * y * z;
    bool both = launch.blocks >= 2 && launch.blocks * threads >= 4096;
    if (both) {
        helper.start(launch);
    }
    caller->run(launch);
    if (both) {
        helper.await();
    }
    return launch.failed() ? say(message, capacity, name + ": " + launch.failure) : 0;
}

API int lrp4j_gemm(int is64, int transposeA, int transposeB, int m, int n, int k, double alpha, const void *a, int lda,
        long long strideA, const void *b, int ldb, long long strideB, double beta, void *c, int ldc, long long strideC,
        int batch) {
    (is64 ? multiplyAll<double> : multiplyAll<float>)(transposeA, transposeB, m, n, k, alpha, a, lda, strideA, b, ldb,
            strideB, beta, c, ldc, strideC, batch);
    return 0;
}

// Memory that ends where the next page cannot be touched. It is full of what is no number.
API void *lrp4j_allocate(long long bytes) {
    std::size_t page = sysconf(_SC_PAGESIZE);
    std::size_t used = roundUp(bytes, ALIGNMENT);
    std::size_t size = roundUp(used, page);
    void *memory = mmap(nullptr, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        return nullptr;
    }
    mprotect(static_cast<char *>(memory) + size, page, PROT_NONE);
    std::memset(memory, SPARE, size);
    return static_cast<char *>(memory) + size - used;
}

// 1 if something wrote in front of or behind it.
API int lrp4j_free(void *address, long long bytes) {
    std::size_t page = sysconf(_SC_PAGESIZE);
    std::size_t used = roundUp(bytes, ALIGNMENT);
    std::size_t size = roundUp(used, page);
    auto *start = static_cast<unsigned char *>(address) - (size - used);
    int damaged = 0;
    for (unsigned char *at = start; at < address; at++) {
        damaged |= *at != SPARE;
    }
    for (unsigned char *at = static_cast<unsigned char *>(address) + bytes; at < start + size; at++) {
        damaged |= *at != SPARE;
    }
    munmap(start, size + page);
    return damaged;
}
