package io.github.lrp4j.zoo.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** PyTorch's pickled weights: never read, since unpickling runs code that the file brings. */
final class PickledWeights {
    private static final Pattern NAME = Pattern.compile(".*\\.(pth|pt|bin|ckpt|pkl|tar)");
    private static final String SAFETENSORS = ".safetensors";

    private PickledWeights() {
    }

    /**
     * Refuses a pickled file, and a directory that has nothing else.
     *
     * @throws WeightsException with the line that converts it
     */
    static void refuse(Path path) throws IOException {
        Optional<Path> pickled = Files.isDirectory(path) ? only(path) : Optional.of(path).filter(Files::isRegularFile);
        if (pickled.isEmpty() || !isPickled(pickled.get())) {
            return;
        }
        String name = String.valueOf(pickled.get().getFileName());
        String target = (name.startsWith("pytorch_model.") ? "model" : name.substring(0, name.lastIndexOf('.')))
                + SAFETENSORS;
        throw new WeightsException(path + ": pickled PyTorch weights are not read, since unpickling runs code; convert"
                + " them once: python -c \"import torch, safetensors.torch as s; s.save_file({k: v.clone().contiguous()"
                + " for k, v in torch.load('" + pickled.get() + "', map_location='cpu', weights_only=True).items()}, '"
                + pickled.get().resolveSibling(target) + "')\"");
    }

    private static boolean isPickled(Path file) {
        return NAME.matcher(String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT)).matches();
    }

    private static Optional<Path> only(Path directory) throws IOException {
        List<Path> files;
        try (var listing = Files.list(directory)) {
            files = listing.filter(Files::isRegularFile).sorted().toList();
        }
        boolean other = files.stream().map(file -> file.getFileName().toString())
                .anyMatch(name -> name.endsWith(SAFETENSORS) || name.endsWith(SAFETENSORS + ".index.json"));
        return other ? Optional.empty() : files.stream().filter(PickledWeights::isPickled).findFirst();
    }
}
