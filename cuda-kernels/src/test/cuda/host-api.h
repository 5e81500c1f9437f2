// What the Java side calls.

#ifndef LRP4J_HOST_API_H
#define LRP4J_HOST_API_H

#include <cstdio>
#include <string>

#define API extern "C" __attribute__((visibility("default")))

namespace lrp4j {

// The status of a call that failed, with its message.
inline int say(char *message, int capacity, const std::string &text) {
    std::snprintf(message, capacity, "%s", text.c_str());
    return 1;
}

} // namespace lrp4j

#endif
