package io.github.lrp4j.cli.model;

import io.github.lrp4j.explain.RulePreset;
import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine;

/** Rule presets on the command line. */
public final class RulePresets {
    private RulePresets() {
    }

    /** From the name on the command line. */
    public static final class Converter implements CommandLine.ITypeConverter<RulePreset> {
        @Override
        public RulePreset convert(String name) {
            return RulePreset.named(name).orElseThrow(() -> new CommandLine.TypeConversionException(
                    "unknown preset '" + name + "'; known: " + RulePreset.known()));
        }
    }

    /** The names, for shell completion. */
    public static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(RulePreset.values()).map(RulePreset::toString).iterator();
        }
    }
}
