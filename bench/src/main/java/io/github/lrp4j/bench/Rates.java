package io.github.lrp4j.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Secondary results of a bench: how much is done per second, and which share of what the machine can do at most. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Rates {
    /** GFLOP/s of kernels that are limited by arithmetic; the direct algorithm counts, Winograd does with less. */
    public double gflop;
    /** GB/s of kernels that are limited by memory. */
    public double gigabytes;
    /** Seconds per second that the work would take at the machine's peak; 1 is all the machine can do. */
    public double shareOfPeak;

    /** Starts counting anew. */
    @Setup(Level.Iteration)
    public void clear() {
        gflop = 0;
        gigabytes = 0;
        shareOfPeak = 0;
    }

    /** Counts one call. */
    void count(Work.Unit unit, double amount, Peak peak) {
        switch (unit) {
            case FLOP -> {
                gflop += amount / 1e9;
                shareOfPeak += amount / peak.flops();
            }
            case BYTE -> {
                gigabytes += amount / 1e9;
                shareOfPeak += amount / peak.bytes();
            }
        }
    }
}
