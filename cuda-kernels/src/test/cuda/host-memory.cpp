// Memory of the device that the host stands in for.

#include "host-api.h"

#include <cstddef>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

namespace {

std::size_t roundUp(std::size_t bytes, std::size_t to) { return (bytes + to - 1) / to * to; }

// The last byte of an allocation is followed by less than this many spare ones, then by a page that cannot be touched.
constexpr std::size_t ALIGNMENT = 16;
constexpr unsigned char SPARE = 0xff;

} // namespace

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
