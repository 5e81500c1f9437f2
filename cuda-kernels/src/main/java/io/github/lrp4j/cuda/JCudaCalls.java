package io.github.lrp4j.cuda;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntSupplier;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUjit_option;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import jcuda.driver.JITOptions;

/**
 * The driver by way of JCuda's binding, in the primary context of a device: that context is shared with every other library
 * in this process. It is made current before each call, since others may have changed what the thread uses.
 */
final class JCudaCalls implements Driver {
    private static final int NAME_LENGTH = 256;
    private static final int LOG_LENGTH = 4096;
    private static final int ARGUMENT_BYTES = 4096;

    /** The most that a buffer of Java can show of pinned memory. */
    private static final long MOST_PINNED = Integer.MAX_VALUE - 8;

    /** An address on the device, as JCuda's calls want it. */
    private static final class Address extends CUdeviceptr {
        Address() {
        }

        Address(long value) {
            super(new CUdeviceptr(), value);
        }

        long value() {
            return getNativePointer() + getByteOffset();
        }
    }

    /** A stream that tells its address. */
    private static final class Stream extends CUstream {
        long address() {
            return getNativePointer();
        }
    }

    /** The arguments of the launch that a thread makes; the driver copies them. */
    private static final ThreadLocal<ByteBuffer> ARGUMENTS = ThreadLocal.withInitial(
            () -> ByteBuffer.allocateDirect(ARGUMENT_BYTES).order(ByteOrder.nativeOrder()));

    private final CUdevice device = new CUdevice();
    private final CUcontext context = new CUcontext();
    private final Stream stream = new Stream();
    private final String name;
    private final int mostSharedBytes;

    /**
     * Opens a device. JCuda's binding must have been {@linkplain JCudaBindings#load loaded}.
     *
     * @throws DeviceException if there is no such device
     */
    JCudaCalls(int ordinal) {
        call("cuInit", () -> JCudaDriver.cuInit(0));
        call("cuDeviceGet(" + ordinal + ")", () -> JCudaDriver.cuDeviceGet(device, ordinal));
        byte[] text = new byte[NAME_LENGTH];
        call("cuDeviceGetName", () -> JCudaDriver.cuDeviceGetName(text, NAME_LENGTH, device));
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        name = String.format(Locale.ROOT, "%s, compute capability %d.%d",
                new String(text, 0, length, StandardCharsets.UTF_8),
                attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
                attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR));
        mostSharedBytes = attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
        call("cuDevicePrimaryCtxRetain", () -> JCudaDriver.cuDevicePrimaryCtxRetain(context, device));
        // Not ordered with the default stream, in which others may work.
        current("cuStreamCreate", () -> JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
    }

    private int attribute(int which) {
        int[] value = new int[1];
        call("cuDeviceGetAttribute", () -> JCudaDriver.cuDeviceGetAttribute(value, which, device));
        return value[0];
    }

    /** Whether JCuda throws on errors is set for the whole process: both ways of telling are understood. */
    private static int status(String name, IntSupplier call) {
        try {
            return call.getAsInt();
        } catch (CudaException e) {
            if (CUresult.stringFor(CUresult.CUDA_ERROR_OUT_OF_MEMORY).equals(e.getMessage())) {
                return CUresult.CUDA_ERROR_OUT_OF_MEMORY;
            }
            throw new DeviceException(name + ": " + e.getMessage(), e);
        }
    }

    private static void call(String name, IntSupplier call) {
        int status = status(name, call);
        if (status != CUresult.CUDA_SUCCESS) {
            throw new DeviceException(name + ": " + CUresult.stringFor(status));
        }
    }

    private void current(String name, IntSupplier call) {
        makeCurrent();
        call(name, call);
    }

    @Override
    public void makeCurrent() {
        call("cuCtxSetCurrent", () -> JCudaDriver.cuCtxSetCurrent(context));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mostSharedBytes() {
        return mostSharedBytes;
    }

    @Override
    public long stream() {
        return stream.address();
    }

    /** The stream as JCublas2 wants it. */
    CUstream jcudaStream() {
        return stream;
    }

    // ---- memory -------------------------------------------------------------------------------------------------

    @Override
    public long allocate(long bytes) {
        makeCurrent();
        Address address = new Address();
        int status = status("cuMemAlloc", () -> JCudaDriver.cuMemAlloc(address, bytes));
        if (status == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            return 0;
        }
        call("cuMemAlloc of " + bytes + " bytes", () -> status);
        return address.value();
    }

    @Override
    public void free(long address) {
        current("cuMemFree", () -> JCudaDriver.cuMemFree(new Address(address)));
    }

    @Override
    public long freeBytes() {
        return memoryInfo()[0];
    }

    @Override
    public long totalBytes() {
        return memoryInfo()[1];
    }

    private long[] memoryInfo() {
        long[] free = new long[1];
        long[] total = new long[1];
        current("cuMemGetInfo", () -> JCudaDriver.cuMemGetInfo(free, total));
        return new long[] {free[0], total[0]};
    }

    @Override
    public void zero(long address, long bytes) {
        current("cuMemsetD8Async", () -> JCudaDriver.cuMemsetD8Async(new Address(address), (byte) 0, bytes, stream));
    }

    @Override
    public void copy(long from, long to, long bytes) {
        current("cuMemcpyDtoDAsync of " + bytes + " bytes",
                () -> JCudaDriver.cuMemcpyDtoDAsync(new Address(to), new Address(from), bytes, stream));
    }

    @Override
    public Pinned pinned(long bytes) {
        if (bytes > MOST_PINNED) {
            throw new IllegalArgumentException("cuda: " + bytes + " bytes of pinned memory at once");
        }
        Pointer pointer = new Pointer();
        current("cuMemHostAlloc of " + bytes + " bytes",
                () -> JCudaDriver.cuMemHostAlloc(pointer, bytes, JCudaDriver.CU_MEMHOSTALLOC_PORTABLE));
        return new PinnedMemory(pointer, MemorySegment.ofBuffer(pointer.getByteBuffer(0, bytes)));
    }

    private final class PinnedMemory implements Pinned {
        private final Pointer pointer;
        private final MemorySegment memory;

        PinnedMemory(Pointer pointer, MemorySegment memory) {
            this.pointer = pointer;
            this.memory = memory;
        }

        @Override
        public MemorySegment memory() {
            return memory;
        }

        @Override
        public void toDevice(long to, long bytes) {
            current("cuMemcpyHtoDAsync of " + bytes + " bytes",
                    () -> JCudaDriver.cuMemcpyHtoDAsync(new Address(to), pointer, bytes, stream));
        }

        @Override
        public void fromDevice(long from, long bytes) {
            current("cuMemcpyDtoHAsync of " + bytes + " bytes",
                    () -> JCudaDriver.cuMemcpyDtoHAsync(pointer, new Address(from), bytes, stream));
        }

        @Override
        public void close() {
            current("cuMemFreeHost", () -> JCudaDriver.cuMemFreeHost(pointer));
        }
    }

    // ---- order --------------------------------------------------------------------------------------------------

    @Override
    public Event event() {
        CUevent event = new CUevent();
        current("cuEventCreate", () -> JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING));
        return new StreamEvent(event);
    }

    private final class StreamEvent implements Event {
        private final CUevent event;

        StreamEvent(CUevent event) {
            this.event = event;
        }

        @Override
        public void record() {
            current("cuEventRecord", () -> JCudaDriver.cuEventRecord(event, stream));
        }

        @Override
        public void await() {
            current("cuEventSynchronize", () -> JCudaDriver.cuEventSynchronize(event));
        }

        @Override
        public void close() {
            current("cuEventDestroy", () -> JCudaDriver.cuEventDestroy(event));
        }
    }

    @Override
    public void synchronize() {
        current("cuStreamSynchronize", () -> JCudaDriver.cuStreamSynchronize(stream));
    }

    // ---- kernels ------------------------------------------------------------------------------------------------

    @Override
    public Module load(String ptx) {
        byte[] text = ptx.getBytes(StandardCharsets.US_ASCII);
        byte[] image = Arrays.copyOf(text, text.length + 1); // Ends in 0, as text does in C.
        CUmodule module = new CUmodule();
        try {
            current("cuModuleLoadData", () -> JCudaDriver.cuModuleLoadData(module, image));
        } catch (DeviceException e) {
            throw new DeviceException(e.getMessage() + compilerLog(image), e);
        }
        return new LoadedModule(module);
    }

    /** What the driver's compiler says of PTX that it refused; nothing where it says nothing. */
    private static String compilerLog(byte[] image) {
        JITOptions options = new JITOptions();
        options.putBytes(CUjit_option.CU_JIT_ERROR_LOG_BUFFER, new byte[LOG_LENGTH]);
        options.putInt(CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES, LOG_LENGTH);
        try {
            JCudaDriver.cuModuleLoadDataJIT(new CUmodule(), Pointer.to(image), options);
        } catch (CudaException e) {
            // It was refused before; the log is what is wanted.
        }
        String log = options.getString(CUjit_option.CU_JIT_ERROR_LOG_BUFFER);
        return log == null || log.isBlank() ? "" : " (" + log.strip().replaceAll("\\s+", " ") + ")";
    }

    private final class LoadedModule implements Module {
        private final CUmodule module;

        LoadedModule(CUmodule module) {
            this.module = module;
        }

        @Override
        public Function function(String kernel) {
            CUfunction function = new CUfunction();
            current("cuModuleGetFunction", () -> JCudaDriver.cuModuleGetFunction(function, module, kernel));
            return new LoadedFunction(function);
        }

        @Override
        public void close() {
            current("cuModuleUnload", () -> JCudaDriver.cuModuleUnload(module));
        }
    }

    private final class LoadedFunction implements Function {
        private final CUfunction function;

        LoadedFunction(CUfunction function) {
            this.function = function;
        }

        @Override
        public void allowSharedBytes(int bytes) {
            current("cuFuncSetAttribute of " + bytes + " bytes of shared memory", () -> JCudaDriver.cuFuncSetAttribute(
                    function, CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes));
        }

        @Override
        public void launch(Grid grid, Arguments arguments) {
            ByteBuffer packed = ARGUMENTS.get().clear().put(arguments.toBytes());
            Pointer start = Pointer.to(packed);
            int[] offsets = arguments.offsets();
            Pointer[] parameters = new Pointer[offsets.length];
            for (int p = 0; p < offsets.length; p++) {
                parameters[p] = start.withByteOffset(offsets[p]);
            }
            current("cuLaunchKernel", () -> JCudaDriver.cuLaunchKernel(function, grid.x(), grid.y(), grid.z(),
                    grid.threads(), 1, 1, grid.sharedBytes(), stream, Pointer.to(parameters), null));
        }
    }

    @Override
    public void close() {
        current("cuStreamDestroy", () -> JCudaDriver.cuStreamDestroy(stream));
        call("cuDevicePrimaryCtxRelease", () -> JCudaDriver.cuDevicePrimaryCtxRelease(device));
    }
}
