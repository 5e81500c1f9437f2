// Runs the threads of a block as fibres which switch at barriers only. A thread that meets no barrier ends in the fibre where
// the one before it ended, so that a kernel without barriers is a plain loop.

#include "host-blocks.h"

#include "host-faults.h"

#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>

namespace lrp4j {

__thread Here here;

namespace {

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

} // namespace

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
        Context &fresh = fibres[threads.next()];
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
    // Every other block from its last thread on: where a barrier is missing, one of both orders goes wrong.
    threads.backwards = ((launch->number ^ number) & 1) != 0;
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
    Guard fault;
    guard = &fault;
    if (sigsetjmp(fault.back, 0) == 0) {
        while (error.empty()) {
            long long number = work.next.fetch_add(1);
            if (number >= work.blocks) {
                break;
            }
            block(number);
        }
    } else {
        char address[32];
        std::snprintf(address, sizeof address, "%p", fault.address);
        error = place() + " touches memory at " + address + ", which is not allocated";
    }
    guard = nullptr;
    if (!error.empty()) {
        work.next = work.blocks;
        std::lock_guard<std::mutex> lock(work.failing);
        work.failure = error;
    }
}

namespace {

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
