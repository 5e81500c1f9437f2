package io.github.lrp4j.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A driver over memory of the host that is as late as a real one may be: what is enqueued is done, in order, when somebody
 * waits for it and no sooner.
 */
final class StubDriver implements Driver {
    private final Arena arena = Arena.ofShared();
    private final long total;
    private final Map<Long, MemorySegment> blocks = new HashMap<>();
    private final ArrayDeque<Runnable> stream = new ArrayDeque<>();
    private final List<String> calls = new ArrayList<>();
    private final List<Long> freed = new ArrayList<>();
    private int open;
    private String failure;

    /** @param total bytes of the device */
    StubDriver(long total) {
        this.total = total;
    }

    /** What was called, in order. */
    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** Addresses that went back to the device, in order. */
    synchronized List<Long> freed() {
        return List.copyOf(freed);
    }

    /** Buffers, events and modules that were not closed. */
    synchronized int open() {
        return open;
    }

    /** Addresses of the memory that is allocated. */
    synchronized List<Long> allocated() {
        return blocks.keySet().stream().sorted().toList();
    }

    /** The next wait says so. */
    synchronized void fail(String error) {
        failure = error;
    }

    synchronized int enqueued() {
        return stream.size();
    }

    private synchronized void enqueue(Runnable work) {
        stream.add(work);
    }

    private synchronized void finish(int left) {
        while (stream.size() > left) {
            stream.removeFirst().run();
        }
        if (failure != null) {
            String error = failure;
            failure = null;
            throw new DeviceException(error);
        }
    }

    @Override
    public synchronized long allocate(long bytes) {
        if (bytes > freeBytes()) {
            return 0;
        }
        MemorySegment block = arena.allocate(bytes, MemoryPool.ALIGNMENT);
        blocks.put(block.address(), block);
        calls.add("allocate " + bytes);
        return block.address();
    }

    @Override
    public synchronized void free(long address) {
        if (blocks.remove(address) == null) {
            throw new IllegalStateException("freed twice");
        }
        freed.add(address);
        calls.add("free");
    }

    @Override
    public synchronized long freeBytes() {
        return total - blocks.values().stream().mapToLong(MemorySegment::byteSize).sum();
    }

    @Override
    public long totalBytes() {
        return total;
    }

    private synchronized MemorySegment memory(long address, long bytes) {
        for (Map.Entry<Long, MemorySegment> block : blocks.entrySet()) {
            if (address >= block.getKey() && address + bytes <= block.getKey() + block.getValue().byteSize()) {
                return block.getValue().asSlice(address - block.getKey(), bytes);
            }
        }
        throw new DeviceException("illegal address");
    }

    @Override
    public String name() {
        return "Stub, compute capability 9.0";
    }

    @Override
    public int mostSharedBytes() {
        return 100 << 10;
    }

    private synchronized void opened(int change) {
        open += change;
    }

    @Override
    public Pinned pinned(long bytes) {
        MemorySegment memory = arena.allocate(bytes);
        opened(1);
        return new Pinned() {
            @Override
            public MemorySegment memory() {
                return memory;
            }

            @Override
            public void toDevice(long to, long count) {
                enqueue(() -> StubDriver.this.memory(to, count).copyFrom(memory.asSlice(0, count)));
            }

            @Override
            public void fromDevice(long from, long count) {
                enqueue(() -> memory.asSlice(0, count).copyFrom(StubDriver.this.memory(from, count)));
            }

            @Override
            public void close() {
                opened(-1);
            }
        };
    }

    @Override
    public Event event() {
        opened(1);
        return new Event() {
            private int recorded;
            private int reached;

            @Override
            public void record() {
                synchronized (StubDriver.this) {
                    int point = ++recorded;
                    enqueue(() -> reached = point);
                }
            }

            @Override
            public void await() {
                synchronized (StubDriver.this) {
                    while (reached < recorded) {
                        finish(stream.size() - 1);
                    }
                }
            }

            @Override
            public void close() {
                opened(-1);
            }
        };
    }

    @Override
    public Module load(String ptx) {
        opened(1);
        synchronized (this) {
            calls.add("load " + ptx.lines().findFirst().orElse(""));
        }
        if (ptx.contains("broken")) {
            opened(-1);
            throw new DeviceException("cuModuleLoadDataEx: CUDA_ERROR_INVALID_PTX (line 3: no such instruction)");
        }
        return new Module() {
            @Override
            public Function function(String name) {
                return new Function() {
                    @Override
                    public void allowSharedBytes(int bytes) {
                        record("allow " + name + " " + bytes);
                    }

                    @Override
                    public void launch(Grid grid, Arguments arguments) {
                        if (grid.x() < 0) {
                            throw new DeviceException("cuLaunchKernel: CUDA_ERROR_INVALID_VALUE");
                        }
                        enqueue(() -> record("run " + name));
                    }
                };
            }

            @Override
            public void close() {
                opened(-1);
            }
        };
    }

    private synchronized void record(String call) {
        calls.add(call);
    }

    @Override
    public void copy(long from, long to, long bytes) {
        enqueue(() -> memory(to, bytes).copyFrom(memory(from, bytes)));
    }

    @Override
    public void zero(long address, long bytes) {
        enqueue(() -> memory(address, bytes).fill((byte) 0));
    }

    @Override
    public void synchronize() {
        finish(0);
    }

    @Override
    public long stream() {
        return 77;
    }

    @Override
    public void makeCurrent() {
        // There is one device.
    }

    @Override
    public synchronized void close() {
        calls.add("close");
    }
}
