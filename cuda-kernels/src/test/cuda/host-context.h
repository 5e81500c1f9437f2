// Fibres: how a thread of a block is left at a barrier and taken up again.

#ifndef LRP4J_HOST_CONTEXT_H
#define LRP4J_HOST_CONTEXT_H

#include <cstdint>
#include <cstring>
#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace lrp4j {

// Not a power of two: the tops of all stacks would share one set of the cache.
constexpr std::size_t STACK_BYTES = 64 * 1024 + 9 * 64;
// At the far end of a stack.
constexpr unsigned long long UNTOUCHED = 0x7fc0dead7fc0deadULL;

// What a fibre that waits is continued by.
#if defined(__x86_64__)
using Context = void *;

extern "C" void lrp4j_switch(Context *save, Context to);

inline void change(Context &save, Context &to) { lrp4j_switch(&save, to); }

inline void prepare(Context &fresh, char *stack, void (*entry)()) {
    // The six registers that a switch restores, the address it returns to, and a return address of that, as behind a call.
    auto top = reinterpret_cast<std::uintptr_t>(stack + STACK_BYTES) & ~std::uintptr_t{15};
    auto *words = reinterpret_cast<std::uintptr_t *>(top) - 10;
    std::memset(words, 0, 10 * sizeof *words);
    words[6] = reinterpret_cast<std::uintptr_t>(entry);
    fresh = words;
}
#else
using Context = ucontext_t;

inline void change(Context &save, Context &to) { swapcontext(&save, &to); }

inline void prepare(Context &fresh, char *stack, void (*entry)()) {
    getcontext(&fresh);
    fresh.uc_stack.ss_sp = stack + sizeof UNTOUCHED;
    fresh.uc_stack.ss_size = STACK_BYTES - sizeof UNTOUCHED;
    fresh.uc_link = nullptr;
    makecontext(&fresh, entry, 0);
}
#endif

} // namespace lrp4j

#endif
