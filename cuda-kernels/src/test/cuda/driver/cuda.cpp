// What lrp4j calls of the CUDA driver, on the host, with the signatures of cuda.h: kernels are those of libkernels.so (KERNELS),
// and everything is done when its call returns. So the whole way from Java to a launch can be run without a GPU.

#include "../lrp4j-host.h"

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <map>
#include <mutex>
#include <string>

using namespace lrp4j;

namespace {

constexpr int INVALID_VALUE = 1;
constexpr int OUT_OF_MEMORY = 2;
constexpr int INVALID_DEVICE = 101;
constexpr int INVALID_PTX = 218;
constexpr int NOT_FOUND = 500;
constexpr int LAUNCH_FAILED = 719;
constexpr std::size_t TOTAL = std::size_t(2) << 30;

std::mutex mutex;
std::map<unsigned long long, std::size_t> blocks;
std::size_t used;
char marks[3]; // Their addresses are the context, the stream and events.

void *kernels() {
    static void *library = dlopen(KERNELS, RTLD_NOW | RTLD_LOCAL);
    return library;
}

} // namespace

#define CU extern "C" __attribute__((visibility("default"))) int

CU cuInit(unsigned) { return kernels() == nullptr ? 999 : 0; }
CU cuDriverGetVersion(int *version) { *version = 12060; return 0; }
CU cuDeviceGetCount(int *count) { *count = 1; return 0; }
CU cuDeviceGet(int *device, int ordinal) { *device = ordinal; return ordinal == 0 ? 0 : INVALID_DEVICE; }
CU cuDeviceGetName(char *name, int length, int) { std::strncpy(name, "Host in place of a GPU", length); return 0; }
CU cuDeviceTotalMem_v2(std::size_t *bytes, int) { *bytes = TOTAL; return 0; }
CU cuDeviceGetAttribute(int *value, int attribute, int) {
    switch (attribute) {
    case 16: *value = 2; break;       // multiprocessors
    case 75: *value = 9; break;       // compute capability, major
    case 76: *value = 0; break;       // and minor
    case 97: *value = 227 << 10; break; // shared memory per block that can be had
    default: return INVALID_VALUE;
    }
    return 0;
}
CU cuDevicePrimaryCtxRetain(void **context, int) { *context = &marks[0]; return 0; }
CU cuDevicePrimaryCtxRelease_v2(int) { return 0; }
CU cuCtxSetCurrent(void *context) { return context == &marks[0] ? 0 : INVALID_VALUE; }
CU cuStreamCreate(void **stream, unsigned flags) { *stream = &marks[1]; return flags == 1 ? 0 : INVALID_VALUE; }
CU cuStreamSynchronize(void *stream) { return stream == &marks[1] ? 0 : INVALID_VALUE; }
CU cuStreamDestroy_v2(void *) { return 0; }
CU cuEventCreate(void **event, unsigned flags) { *event = &marks[2]; return flags == 2 ? 0 : INVALID_VALUE; }
CU cuEventRecord(void *event, void *stream) { return event == &marks[2] && stream == &marks[1] ? 0 : INVALID_VALUE; }
CU cuEventSynchronize(void *event) { return event == &marks[2] ? 0 : INVALID_VALUE; }
CU cuEventDestroy_v2(void *) { return 0; }

CU cuMemAlloc_v2(unsigned long long *address, std::size_t bytes) {
    std::lock_guard<std::mutex> lock(mutex);
    if (bytes == 0) {
        return INVALID_VALUE;
    }
    if (used + bytes > TOTAL) {
        return OUT_OF_MEMORY;
    }
    void *memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
    std::memset(memory, 0xff, bytes);
    *address = reinterpret_cast<unsigned long long>(memory);
    blocks[*address] = bytes;
    used += bytes;
    return 0;
}
CU cuMemFree_v2(unsigned long long address) {
    std::lock_guard<std::mutex> lock(mutex);
    auto block = blocks.find(address);
    if (block == blocks.end()) {
        return INVALID_VALUE;
    }
    used -= block->second;
    blocks.erase(block);
    std::free(reinterpret_cast<void *>(address));
    return 0;
}
CU cuMemGetInfo_v2(std::size_t *left, std::size_t *total) {
    std::lock_guard<std::mutex> lock(mutex);
    *left = TOTAL - used;
    *total = TOTAL;
    return 0;
}
CU cuMemHostAlloc(void **memory, std::size_t bytes, unsigned) { *memory = std::malloc(bytes); return 0; }
CU cuMemFreeHost(void *memory) { std::free(memory); return 0; }

namespace {

bool holds(unsigned long long address, std::size_t bytes) {
    std::lock_guard<std::mutex> lock(mutex);
    auto block = blocks.upper_bound(address);
    return block != blocks.begin() && (--block, address + bytes <= block->first + block->second);
}

} // namespace

CU cuMemsetD8Async(unsigned long long to, unsigned char value, std::size_t count, void *stream) {
    if (!holds(to, count) || stream != &marks[1]) {
        return INVALID_VALUE;
    }
    std::memset(reinterpret_cast<void *>(to), value, count);
    return 0;
}
CU cuMemcpyHtoDAsync_v2(unsigned long long to, const void *from, std::size_t bytes, void *stream) {
    if (!holds(to, bytes) || stream != &marks[1]) {
        return INVALID_VALUE;
    }
    std::memcpy(reinterpret_cast<void *>(to), from, bytes);
    return 0;
}
CU cuMemcpyDtoHAsync_v2(void *to, unsigned long long from, std::size_t bytes, void *stream) {
    if (!holds(from, bytes) || stream != &marks[1]) {
        return INVALID_VALUE;
    }
    std::memcpy(to, reinterpret_cast<const void *>(from), bytes);
    return 0;
}
CU cuMemcpyDtoDAsync_v2(unsigned long long to, unsigned long long from, std::size_t bytes, void *stream) {
    if (!holds(from, bytes) || !holds(to, bytes) || stream != &marks[1]) {
        return INVALID_VALUE;
    }
    std::memcpy(reinterpret_cast<void *>(to), reinterpret_cast<const void *>(from), bytes);
    return 0;
}

CU cuModuleLoadData(void **module, const void *image) {
    std::string text(static_cast<const char *>(image));
    if (text.find(".version 8.0") == std::string::npos) {
        return INVALID_PTX;
    }
    *module = new std::string(text);
    return 0;
}
CU cuModuleLoadDataEx(void **module, const void *image, unsigned, int *, void **) {
    return cuModuleLoadData(module, image);
}
CU cuModuleUnload(void *module) { delete static_cast<std::string *>(module); return 0; }
CU cuModuleGetFunction(void **function, void *module, const char *name) {
    if (static_cast<std::string *>(module)->find(std::string(".entry ") + name + "(") == std::string::npos) {
        return NOT_FOUND;
    }
    auto find = reinterpret_cast<const void *(*)(const char *)>(dlsym(kernels(), "lrp4j_kernel"));
    *function = const_cast<void *>(find(name));
    return *function == nullptr ? NOT_FOUND : 0;
}
CU cuFuncSetAttribute(void *, int attribute, int) { return attribute == 8 ? 0 : INVALID_VALUE; }

CU cuLaunchKernel(void *function, unsigned x, unsigned y, unsigned z, unsigned threads, unsigned threadsY, unsigned threadsZ,
        unsigned sharedBytes, void *stream, void **parameters, void **extra) {
    if (threadsY != 1 || threadsZ != 1 || stream != &marks[1] || extra != nullptr) {
        return INVALID_VALUE;
    }
    const Kernel *kernel = static_cast<const Kernel *>(function);
    // The driver knows from the PTX how large each parameter is, and copies that much from where its pointer says.
    alignas(16) char arguments[4096];
    int end = 0;
    for (int p = 0; p < kernel->parameters; p++) {
        std::memcpy(arguments + kernel->offsets[p], parameters[p], kernel->sizes[p]);
        end = kernel->offsets[p] + kernel->sizes[p];
    }
    using Launcher = int (*)(const void *, int, int, int, int, int, const char *, int, const int *, int, char *, int);
    auto launch = reinterpret_cast<Launcher>(dlsym(kernels(), "lrp4j_launch"));
    char message[1024];
    int status = launch(kernel, x, y, z, threads, sharedBytes, arguments, end, kernel->offsets, kernel->parameters, message,
            sizeof message);
    if (status != 0) {
        std::fprintf(stderr, "%s\n", message);
    }
    return status == 0 ? 0 : LAUNCH_FAILED;
}
