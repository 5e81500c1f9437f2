package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.zoo.data.FashionMnist;
import io.github.lrp4j.zoo.fashion.EmbeddedModel;
import io.github.lrp4j.zoo.fashion.EmbeddedModel.Sample;
import java.util.Iterator;
import java.util.List;

/** The pictures that come with lrp4j, by name. */
final class Samples implements Iterable<String> {
    /** The sample that is explained where nobody asks for another. */
    private static final String DEFAULT_CLASS = "Ankle boot";

    @Override
    public Iterator<String> iterator() {
        return EmbeddedModel.samples().stream().map(Sample::name).iterator();
    }

    /** The sample of this name, or of this class; the default for null. */
    static Picture picture(String name) {
        String wanted = name == null ? DEFAULT_CLASS : name;
        List<Sample> samples = EmbeddedModel.samples();
        return samples.stream()
                .filter(s -> s.name().equalsIgnoreCase(wanted)
                        || FashionMnist.CLASSES.get(s.label()).equalsIgnoreCase(wanted))
                .findFirst()
                .map(s -> new Picture(s.name(), "sample " + s.name() + " (" + FashionMnist.CLASSES.get(s.label()) + ")",
                        s.image()))
                .orElseThrow(() -> UserError.usage("no sample '" + name + "'; known: "
                        + String.join(", ", samples.stream().map(Sample::name).toList())));
    }
}
