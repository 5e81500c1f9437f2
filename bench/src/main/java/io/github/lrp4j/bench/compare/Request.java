package io.github.lrp4j.bench.compare;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a user asks of the comparison.
 *
 * @param rounds turns of each side
 * @param tables to print
 * @param words rows are printed whose name contains one of them, all rows where there is none; {@code a+b} asks for both
 *     words
 * @param quiet whether to say nothing of progress
 */
record Request(int rounds, Set<Table> tables, List<String> words, boolean quiet) {
    /** The tables. */
    enum Table {
        /** One kernel each. */
        KERNELS,
        /** Whole models: forward and gradient. */
        MODELS,
        /** Explanations beside constants of other implementations of LRP. */
        PUBLISHED,
        /** Explanations under every preset beside PyTorch's gradient. */
        PRESETS,
        /** Peak resident memory. */
        MEMORY
    }

    static Request parse(List<String> arguments) {
        int rounds = 7;
        Set<Table> tables = EnumSet.of(Table.KERNELS, Table.MODELS, Table.PUBLISHED);
        List<String> words = new ArrayList<>();
        boolean quiet = false;
        for (String argument : arguments) {
            if (argument.startsWith("rounds=")) {
                rounds = Integer.parseInt(argument.substring("rounds=".length()));
            } else if (argument.startsWith("tables=")) {
                tables = tables(argument.substring("tables=".length()));
            } else if (argument.equals("--quiet")) {
                quiet = true;
            } else if (argument.startsWith("-")) {
                throw new IllegalArgumentException("no option " + argument + "; there are rounds=7, tables=NAME,NAME "
                        + "(or all), --quiet, and words");
            } else {
                words.add(argument);
            }
        }
        return new Request(rounds, tables, List.copyOf(words), quiet);
    }

    private static Set<Table> tables(String names) {
        if (names.equals("all")) {
            return EnumSet.allOf(Table.class);
        }
        Set<Table> tables = EnumSet.noneOf(Table.class);
        for (String name : names.split(",")) {
            tables.add(Table.valueOf(name.toUpperCase(Locale.ROOT)));
        }
        return tables;
    }

    /** Whether a row of that name is asked for. */
    boolean includes(String name) {
        return words.isEmpty() || words.stream().anyMatch(word -> List.of(word.split("\\+")).stream().allMatch(name::contains));
    }
}
