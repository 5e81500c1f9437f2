// The list of kernels, and launches: the blocks of a grid one after the other in two threads of the host.

#include "host-api.h"
#include "host-blocks.h"
#include "host-faults.h"

#include <algorithm>
#include <condition_variable>
#include <thread>

namespace lrp4j {

namespace {

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

const Kernel *kernels;
Runner *caller;
long long launches;
std::mutex launching;

// Stays when the process ends: its thread still waits for it.
Helper &helper = *new Helper();

} // namespace

void Kernel::add() {
    next = kernels;
    kernels = this;
}

} // namespace lrp4j

using namespace lrp4j;

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
    catchFaults();
    if (caller == nullptr) {
        caller = new Runner();
    }
    Launch launch;
    launch.kernel = kernel;
    launch.arguments = arguments;
    launch.offsets = offsets;
    launch.grid = {static_cast<unsigned>(x), static_cast<unsigned>(y), static_cast<unsigned>(z)};
    launch.threads = threads;
    launch.sharedBytes = sharedBytes;
    launch.number = launches++;
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
