#include "host-faults.h"

#include <csignal>
#include <mutex>
#include <pthread.h>

namespace lrp4j {

__thread Guard *guard;

namespace {

std::mutex catching;
struct sigaction before[2];

// A kernel that touches what is not allocated ends with an error; any other fault is the JVM's.
void onFault(int signal, siginfo_t *info, void *context) {
    if (guard != nullptr) {
        guard->address = info->si_addr;
        sigset_t blocked;
        sigemptyset(&blocked);
        sigaddset(&blocked, signal);
        pthread_sigmask(SIG_UNBLOCK, &blocked, nullptr);
        siglongjmp(guard->back, 1);
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

} // namespace

void catchFaults() {
    static bool caught = false;
    std::lock_guard<std::mutex> lock(catching);
    if (caught) {
        return;
    }
    caught = true;
    for (int signal : {SIGSEGV, SIGBUS}) {
        struct sigaction &old = before[signal == SIGBUS];
        sigaction(signal, nullptr, &old);
        struct sigaction action = old;
        action.sa_sigaction = onFault;
        action.sa_flags |= SA_SIGINFO;
        sigaction(signal, &action, nullptr);
    }
}

} // namespace lrp4j
