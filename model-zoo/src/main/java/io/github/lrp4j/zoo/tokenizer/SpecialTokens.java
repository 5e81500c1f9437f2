package io.github.lrp4j.zoo.tokenizer;

import java.util.EnumMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code role -> token}: the tokens that mean something to a model beside text. */
public final class SpecialTokens {
    /** What a special token is for. */
    public enum Role {
        /** Begins a sequence. */
        BOS,
        /** Ends a sequence. */
        EOS,
        /** Stands for what the vocabulary lacks. */
        UNK,
        /** Separates or ends texts. */
        SEP,
        /** Fills up. */
        PAD,
        /** Stands for the whole text, for a classifier. */
        CLS,
        /** Stands for a token to be guessed. */
        MASK
    }

    private final Map<Role, SpecialToken> tokens;

    SpecialTokens(Map<Role, SpecialToken> tokens) {
        this.tokens = tokens.isEmpty() ? new EnumMap<>(Role.class) : new EnumMap<>(tokens);
    }

    /** The token of a role, if there is one. */
    public Optional<SpecialToken> find(Role role) {
        return Optional.ofNullable(tokens.get(role));
    }

    /**
     * Vocabulary number of the token of a role.
     *
     * @throws NoSuchElementException if there is none
     */
    public int id(Role role) {
        return get(role).id();
    }

    /**
     * The token that fills up.
     *
     * @throws NoSuchElementException if there is none
     */
    public SpecialToken pad() {
        return get(Role.PAD);
    }

    private SpecialToken get(Role role) {
        return find(role).orElseThrow(
                () -> new NoSuchElementException("tokenizer: there is no " + role + " token; there are " + this));
    }

    /** Roles and tokens. */
    @Override
    public String toString() {
        return tokens.entrySet().stream().map(e -> e.getKey() + " " + e.getValue().piece() + " " + e.getValue().id())
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
