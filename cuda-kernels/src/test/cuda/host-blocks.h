// What runs the blocks of a launch.

#ifndef LRP4J_HOST_BLOCKS_H
#define LRP4J_HOST_BLOCKS_H

#include "host-context.h"
#include "lrp4j-host.h"

#include <atomic>
#include <mutex>
#include <string>

namespace lrp4j {

constexpr int MOST_THREADS = 1024;
constexpr int MOST_SHARED_BYTES = 227 * 1024;

// What all blocks of a launch have in common.
struct Launch {
    const Kernel *kernel;
    const char *arguments;
    const int *offsets;
    uint3 grid;
    int threads;
    int sharedBytes;
    long long blocks;
    // Of the launches before.
    long long number;
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
    std::string error;

    void run(Launch &work);
    void block(long long number);
    Context &pick();
    void suspend();
    void makeReady(int thread);
    [[noreturn]] void fail(const std::string &message);
    char *stack(int number) { return stacks + number * STACK_BYTES; }
};

} // namespace lrp4j

#endif
