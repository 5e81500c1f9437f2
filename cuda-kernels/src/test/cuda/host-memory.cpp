// Memory of the device that the host stands in for.

#include "host-api.h"

#include <cstddef>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

namespace {

std::size_t roundUp(std::size_t bytes, std::size_t to) { return (bytes + to - 1) / to * to; }

// The last byte of an allocation is followed by less than this many spare ones, then by what cannot be touched.
constexpr std::size_t ALIGNMENT = 16;
// Addresses only, no memory.
constexpr std::size_t FORBIDDEN = 1 << 20;
constexpr unsigned char SPARE = 0xff;

} // namespace

// Memory that ends where what is behind it cannot be touched. It is full of what is no number.
API void *lrp4j_allocate(long long bytes) {
    std::size_t page = sysconf(_SC_PAGESIZE);
    std::size_t used = roundUp(bytes, ALIGNMENT);
    std::size_t size = roundUp(used, page);
    void *memory = mmap(nullptr, size + FORBIDDEN, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        return nullptr;
    }
    if (mprotect(memory, size, PROT_READ | PROT_WRITE) != 0) {
        munmap(memory, size + FORBIDDEN);
        return nullptr;
    }
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
    munmap(start, size + FORBIDDEN);
    return damaged;
}
