package io.github.lrp4j.cuda;

/** The two ways from Java to cuBLAS, for one device and its stream. */
interface CublasBindings {
    /** JCublas2, whose native half is linked to version 12. */
    CublasCalls byJCublas(String version) throws NativeLibrary.LoadException;

    /** Foreign function calls, to any version. */
    CublasCalls byForeignCalls(NativeLibrary functions, String version) throws NativeLibrary.LoadException;

    /**
     * JCublas2 where the library is of version 12; foreign calls where it is not, or JCublas2 cannot be loaded.
     *
     * @throws DeviceException naming the library and every way that failed
     */
    default CublasCalls calls(Cublas.Library cublas) {
        String faults = "";
        if (cublas.major() == 12) {
            try {
                return byJCublas(cublas.version());
            } catch (NativeLibrary.LoadException e) {
                faults = e.getMessage() + "; ";
            }
        }
        try {
            return byForeignCalls(cublas.functions(), cublas.version());
        } catch (NativeLibrary.LoadException e) {
            throw new DeviceException("cuda: " + cublas.finding() + " cannot be called: " + faults + e.getMessage(), e);
        }
    }
}
