package io.github.lrp4j.zoo.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * The steps before and after the model: {@code normalizer}, {@code pre_tokenizer}, {@code post_processor} and {@code
 * decoder}, each a step or a sequence of steps. Every step must be of a kind that is known, and say what the library
 * takes for granted. On the way the check finds out how much longer a text may become, and how dear its patterns are.
 */
final class StepsCheck {
    /** Which of the steps: the kinds that there are, and where a sequence has its steps. */
    private enum Place {
        NORMALIZER("normalizers", Set.of("BertNormalizer", "Strip", "StripAccents", "NFC", "NFD", "NFKC", "NFKD",
                "Sequence", "Lowercase", "Nmt", "Precompiled", "Replace", "Prepend", "ByteLevel")),
        PRE_TOKENIZER("pretokenizers", Set.of("BertPreTokenizer", "ByteLevel", "CharDelimiterSplit", "Delimiter",
                "Metaspace", "Whitespace", "Sequence", "Split", "Punctuation", "WhitespaceSplit", "Digits",
                "UnicodeScripts")),
        POST_PROCESSOR("processors", Set.of("RobertaProcessing", "BertProcessing", "ByteLevel", "TemplateProcessing",
                "Sequence")),
        DECODER("decoders", Set.of("BPEDecoder", "ByteLevel", "WordPiece", "Metaspace", "CTC", "Sequence", "Replace",
                "Fuse", "Strip", "ByteFallback"));

        private final String children;
        private final Set<String> kinds;

        Place(String children, Set<String> kinds) {
            this.children = children;
            this.kinds = kinds;
        }
    }

    private static final int MOST_STEPS = 256;
    private static final int LONGEST = 1024;
    /** Replacements of one character are that long in published tables. */
    private static final int USUAL_REPLACEMENT = 64;
    private static final double MOST_GROWTH = 1 << 16;

    private final Faults faults;
    private double growth = 1;
    private double decodedGrowth = 1;
    private double patternCost = 1;
    private int steps;
    private boolean hasCharsmap;
    private boolean hasTemplate;

    StepsCheck(Faults faults) {
        this.faults = faults;
    }

    /** How many times longer a text may become on its way to the model. */
    double growth() {
        return growth;
    }

    /** How many times longer a token may become when it is decoded. */
    double decodedGrowth() {
        return decodedGrowth;
    }

    /** See {@link PatternCheck}. */
    double patternCost() {
        return patternCost;
    }

    /** Checks a {@code normalizer}. */
    void normalizer(JsonNode step) throws TokenizerException {
        top(Place.NORMALIZER, "normalizer", step);
    }

    /** Checks a {@code pre_tokenizer}. */
    void preTokenizer(JsonNode step) throws TokenizerException {
        top(Place.PRE_TOKENIZER, "pre_tokenizer", step);
    }

    /** Checks a {@code post_processor}. */
    void postProcessor(JsonNode step) throws TokenizerException {
        top(Place.POST_PROCESSOR, "post_processor", step);
    }

    /** Checks a {@code decoder}. */
    void decoder(JsonNode step) throws TokenizerException {
        top(Place.DECODER, "decoder", step);
    }

    private void top(Place place, String path, JsonNode step) throws TokenizerException {
        if (!step.isNull() && !step.isMissingNode()) {
            step(place, path, step);
        }
    }

    /** Files are of bounded depth. */
    private void step(Place place, String path, JsonNode step) throws TokenizerException {
        faults.requireObject(step, path);
        if (++steps > MOST_STEPS) {
            throw faults.at(path, "more than " + MOST_STEPS + " steps");
        }
        String kind = faults.text(step, path, "type", LONGEST);
        if (!place.kinds.contains(kind)) {
            throw faults.at(path + ".type", "no " + path.replaceFirst("\\..*", "") + " of the kind "
                    + Faults.shown(kind) + " is known");
        }
        if (kind.equals("Sequence")) {
            String children = path + "." + place.children;
            faults.requireList(step.path(place.children), children, MOST_STEPS);
            for (int i = 0; i < step.get(place.children).size(); i++) {
                step(place, children + "." + i, step.get(place.children).get(i));
            }
            return;
        }
        switch (place) {
            case NORMALIZER -> normalizer(kind, path, step);
            case PRE_TOKENIZER -> preTokenizer(kind, path, step);
            case POST_PROCESSOR -> postProcessor(kind, path, step);
            case DECODER -> decoder(kind, path, step);
        }
        if (growth > MOST_GROWTH || decodedGrowth > MOST_GROWTH) {
            throw faults.at(path, "a text could become more than " + (int) MOST_GROWTH + " times as long");
        }
    }

    private void normalizer(String kind, String path, JsonNode step) throws TokenizerException {
        switch (kind) {
            case "Precompiled" -> {
                if (step.size() != 2) {
                    throw faults.at(path, "must have a type and a precompiled_charsmap, has " + step.size()
                            + " members");
                }
                int longest = CharsmapCheck.longest(faults, path + ".precompiled_charsmap",
                        faults.text(step, path, "precompiled_charsmap", Integer.MAX_VALUE));
                growth *= hasCharsmap || longest > USUAL_REPLACEMENT ? Math.max(1, longest) : 1;
                hasCharsmap = true;
            }
            case "Replace" -> growth *= replacement(path, step);
            case "Prepend" -> growth *= 1 + faults.text(step, path, "prepend", LONGEST).length();
            case "ByteLevel" -> growth *= 2;
            default -> {
                // Changes characters one by one, to few others.
            }
        }
    }

    private void preTokenizer(String kind, String path, JsonNode step) throws TokenizerException {
        if (kind.equals("Split")) {
            pattern(path, step);
        } else if (kind.equals("ByteLevel")) {
            growth *= 2;
        }
    }

    private void postProcessor(String kind, String path, JsonNode step) throws TokenizerException {
        if (!kind.equals("TemplateProcessing")) {
            return;
        }
        if (hasTemplate) {
            throw faults.at(path, "a second template; the first one leaves more parts than it can take");
        }
        hasTemplate = true;
        TemplateCheck.require(faults, path, step);
    }

    private void decoder(String kind, String path, JsonNode step) throws TokenizerException {
        if (kind.equals("Replace")) {
            decodedGrowth *= replacement(path, step);
        } else if (kind.equals("Strip")) {
            JsonNode stop = step.path("stop");
            if (!stop.isIntegralNumber() || stop.doubleValue() != 0) {
                throw faults.at(path + ".stop",
                        "must be 0, is " + Faults.shown(stop.isMissingNode() ? "missing" : stop.toString())
                                + "; the library fails on tokens that are shorter");
            }
        } else if (kind.equals("BPEDecoder") || kind.equals("CTC")) {
            // An empty text is replaced before every character.
            decodedGrowth *= 2;
        }
    }

    /** How many times longer a text becomes at most. */
    private double replacement(String path, JsonNode step) throws TokenizerException {
        String pattern = pattern(path, step);
        double content = faults.text(step, path, "content", LONGEST).length();
        return pattern == null || pattern.isEmpty() ? content + 1 : Math.max(1, Math.ceil(content / pattern.length()));
    }

    /** The text that is looked for; null for a regular expression. */
    private String pattern(String path, JsonNode step) throws TokenizerException {
        JsonNode pattern = step.path("pattern");
        faults.requireObject(pattern, path + ".pattern");
        if (pattern.size() != 1) {
            throw faults.at(path + ".pattern", "must have one member, String or Regex");
        }
        if (pattern.has("String")) {
            return faults.text(pattern, path + ".pattern", "String", LONGEST);
        }
        String regex = faults.text(pattern, path + ".pattern", "Regex", Integer.MAX_VALUE);
        patternCost = Math.max(patternCost, PatternCheck.cost(faults, path + ".pattern.Regex", regex));
        return null;
    }
}
