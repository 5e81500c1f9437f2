package io.github.lrp4j.cuda;

/**
 * {@link CublasBindings} in the stream of a device that JCuda opened.
 *
 * @param driver the device, which is the calling thread's current one
 */
record JCudaCublas(JCudaCalls driver) implements CublasBindings {
    @Override
    public CublasCalls byJCublas(String version) throws NativeLibrary.LoadException {
        return new JCublasCalls(version, driver.jcudaStream());
    }

    @Override
    public CublasCalls byForeignCalls(NativeLibrary functions, String version) throws NativeLibrary.LoadException {
        return new ForeignCublas(functions, version, driver.stream());
    }
}
