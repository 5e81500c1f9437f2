// What happens where a kernel touches memory that is not allocated.

#ifndef LRP4J_HOST_FAULTS_H
#define LRP4J_HOST_FAULTS_H

#include <csetjmp>

namespace lrp4j {

// Where a thread of the host goes on then.
struct Guard {
    sigjmp_buf back;
    void *address;
};

// Of this thread; null where a fault is not a kernel's.
extern __thread Guard *guard;

// From the first call on, faults end where guard says.
void catchFaults();

} // namespace lrp4j

#endif
