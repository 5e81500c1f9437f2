package io.github.lrp4j.zoo.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternCheckTest {
    private static double cost(String pattern) throws TokenizerException {
        return PatternCheck.cost(new Faults(Path.of("t.json")), "pre_tokenizer.pattern.Regex", pattern);
    }

    /** What published tokenizers split by, and some more of the same kind. */
    @ParameterizedTest
    @ValueSource(strings = {"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m"
                + "|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
                + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)"
                + "|\\s+",
        "(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$"
                + "|\\s*[\\r\\n]|\\s+(?!\\S)|\\s",
        " ?[^(\\s|[.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c])]+",
        "<\\|startoftext\\|>|[\\p{L}]+|[\\p{N}]|[^\\s]+",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+",
        " {2,}", "[\\p{Han}]+|[^\\r\\n\\p{L}&&[^\\p{Han}]]+", "\\d{1,3}(?=(?:\\d{3})*\\b)", "(?=(\\d{3})+(?!\\d))", "",
        "x*",
        "[]a]+", "(?<word>\\w+)|(?i)b+", "{a}", "\\p{^L}+", "[[:alpha:]]+b"})
    void whatTokenizersSplitBy(String pattern) throws TokenizerException {
        assertThat(cost(pattern)).isBetween(1.0, 20.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a+)+$", "(a|a)*b", "a*a*b", "(a|aa)+$", "(.*)*x", "(x+x+)+y", "\\s*\\w*\\s*:",
        "(a?){30}a{30}",
        "(?=.*a.*b)", "(a*?)*?b", "(?:a{0,30}){0,30}b", "(a)\\1", "\\k<x>", "(?<x>a\\g<x>?)", "(?#c)", "(?(1)a|b)",
        "a{1,9999}", "(", ")", "[", "[a", "\\", "\\p{L", "(?", "(?~a)", "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?b"})
    void whatCouldGoBackTooOftenOrIsNone(String pattern) {
        assertThatThrownBy(() -> cost(pattern)).isInstanceOf(TokenizerException.class)
                .hasMessageStartingWith("t.json: pre_tokenizer.pattern.Regex: the regular expression ");
    }
}
