package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.lrp.RuleTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * {@code name -> method}: what explains inputs of one kind, as the command line names it.
 *
 * @param <M> kind of method
 */
final class NamedMethods<M> {
    private final String inputs;
    private final BiFunction<String, RuleTable, M> ofRules;
    private final Map<String, Supplier<M>> known = new LinkedHashMap<>();
    private final List<String> suiting = new ArrayList<>();

    /**
     * No methods yet.
     *
     * @param inputs what they explain: {@code pictures}
     * @param ofRules makes a method of a name and rules with gammas of one's own
     */
    NamedMethods(String inputs, BiFunction<String, RuleTable, M> ofRules) {
        this.inputs = inputs;
        this.ofRules = ofRules;
    }

    /**
     * Adds one.
     *
     * @param suits whether it is asked where nobody names methods
     */
    void add(String name, boolean suits, Supplier<M> method) {
        known.put(name, method);
        if (suits) {
            suiting.add(name);
        }
    }

    /**
     * The methods of these names, in their order.
     *
     * @param names empty for all that suit
     * @throws UserError if there is none of a name, or one is there twice
     */
    Map<String, M> named(List<String> names) {
        Map<String, M> methods = new LinkedHashMap<>();
        for (String name : names.isEmpty() ? suiting : names) {
            M method = method(name).orElseThrow(() -> UserError.usage("unknown method '" + name + "' of " + inputs
                    + "; known: all, " + String.join(", ", known.keySet()) + ", and " + GammaName.FORM));
            if (methods.put(name, method) != null) {
                throw UserError.usage("--methods names " + name + " twice");
            }
        }
        return methods;
    }

    private Optional<M> method(String name) {
        return known.containsKey(name)
                ? Optional.of(known.get(name).get())
                : GammaName.parse(name).map(gamma -> ofRules.apply(name, gamma.table()));
    }
}
