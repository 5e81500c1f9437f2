package io.github.lrp4j.zoo.data;

import io.github.lrp4j.zoo.vision.ImageNetClasses;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * {@code class of the data -> class of the model}.
 *
 * <p>A class of the data is the class of the model with its name, whatever the case; or, of a model with ImageNet's 1000
 * classes, the one with its WordNet id ({@code n01440764}); or, if its name is a number, the one with that number. Where the
 * classes of the model have no names but numbers and are as many as those of the data, the order is taken for the same. The
 * rest is not known to the model.
 */
public final class ClassMatch {
    /** A class that the model does not have. */
    public static final int UNKNOWN = -1;

    private final int[] matched;

    private ClassMatch(int[] matched) {
        this.matched = matched;
    }

    /**
     * Matches classes.
     *
     * @param data names of the classes of the data
     * @param model names of the classes of the model, in the order of its logits
     */
    public static ClassMatch of(List<String> data, List<String> model) {
        Map<String, Integer> known = new HashMap<>();
        if (model.size() == ImageNetClasses.COUNT) {
            number(known, ImageNetClasses.wordNetIds());
        }
        number(known, IntStream.range(0, model.size()).mapToObj(Integer::toString).toList());
        number(known, model);
        int[] matched = data.stream().mapToInt(name -> known.getOrDefault(name.toLowerCase(Locale.ROOT), UNKNOWN))
                .toArray();
        boolean isUnnamed = IntStream.range(0, model.size()).allMatch(c -> model.get(c).equals(Integer.toString(c)));
        boolean isStrange = IntStream.of(matched).allMatch(c -> c == UNKNOWN);
        return new ClassMatch(isUnnamed && isStrange && data.size() == model.size()
                ? IntStream.range(0, data.size()).toArray()
                : matched);
    }

    /** Adds names; those of earlier lists give way, of equal names in a list the first counts. */
    private static void number(Map<String, Integer> known, List<String> names) {
        for (int c = names.size() - 1; c >= 0; c--) {
            known.put(names.get(c).toLowerCase(Locale.ROOT), c);
        }
    }

    /** The class of the model, or {@link #UNKNOWN}. */
    public int of(int label) {
        return matched[label];
    }

    /** How many classes of the data the model does not have. */
    public long unknown() {
        return IntStream.of(matched).filter(c -> c == UNKNOWN).count();
    }
}
