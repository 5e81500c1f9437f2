#include "host-context.h"

#if defined(__x86_64__)
// Only the registers that a call leaves as they are, and no call of the system, which swapcontext makes.
asm(R"(
    .text
    .hidden lrp4j_switch
    .globl lrp4j_switch
    .type lrp4j_switch, @function
lrp4j_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size lrp4j_switch, .-lrp4j_switch
)");
#endif
