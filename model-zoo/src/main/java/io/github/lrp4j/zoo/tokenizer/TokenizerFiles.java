package io.github.lrp4j.zoo.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.zoo.json.JsonFile;
import io.github.lrp4j.zoo.json.JsonFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Roles of tokens, from the files of a tokenizer: {@code special_tokens_map.json} and {@code tokenizer_config.json} say
 * which text has which role, {@code tokenizer.json} which number that text has.
 *
 * <p>Where no file says so, the names under which published models write a role are looked for among the added tokens.
 */
final class TokenizerFiles {
    private static final List<String> ROLE_FILES = List.of("special_tokens_map.json", "tokenizer_config.json");

    private static final Map<SpecialTokens.Role, List<String>> USUAL = Map.of(
            SpecialTokens.Role.BOS, List.of("<s>", "<bos>", "<|begin_of_text|>"),
            SpecialTokens.Role.EOS, List.of("</s>", "<eos>", "<|end_of_text|>", "<|endoftext|>"),
            SpecialTokens.Role.UNK, List.of("[UNK]", "<unk>"),
            SpecialTokens.Role.SEP, List.of("[SEP]"),
            SpecialTokens.Role.PAD, List.of("[PAD]", "<pad>"),
            SpecialTokens.Role.CLS, List.of("[CLS]"),
            SpecialTokens.Role.MASK, List.of("[MASK]", "<mask>"));

    private TokenizerFiles() {
    }

    /** The roles for {@code file}, whose content is {@code tokenizer}. */
    static SpecialTokens roles(Path file, JsonNode tokenizer) throws IOException {
        Map<String, Integer> added = new HashMap<>();
        for (JsonNode token : tokenizer.path("added_tokens")) {
            if (token.path("content").isTextual() && token.path("id").canConvertToInt()) {
                added.put(token.get("content").asText(), token.get("id").asInt());
            }
        }
        Map<SpecialTokens.Role, SpecialToken> roles = new EnumMap<>(SpecialTokens.Role.class);
        for (String name : ROLE_FILES) {
            Path beside = file.resolveSibling(name);
            if (Files.exists(beside)) {
                try {
                    addRoles(roles, added, JsonFile.read(beside));
                } catch (JsonFileException e) {
                    throw new TokenizerException(e.getMessage(), e);
                }
            }
        }
        JsonNode padding = tokenizer.path("padding");
        if (padding.path("pad_id").canConvertToInt() && padding.path("pad_token").isTextual()) {
            roles.put(SpecialTokens.Role.PAD, new SpecialToken(padding.get("pad_id").asInt(),
                    padding.get("pad_token").asText(), padding.path("pad_type_id").asInt(0)));
        }
        USUAL.forEach((role, names) -> {
            for (String name : names) {
                if (!roles.containsKey(role) && added.containsKey(name)) {
                    roles.put(role, new SpecialToken(added.get(name), name, 0));
                }
            }
        });
        return new SpecialTokens(roles);
    }

    /** A role's token is a text, or an object with the text as its content. */
    private static void addRoles(Map<SpecialTokens.Role, SpecialToken> roles, Map<String, Integer> added,
            JsonNode said) {
        for (SpecialTokens.Role role : SpecialTokens.Role.values()) {
            JsonNode token = said.path(role.name().toLowerCase(Locale.ROOT) + "_token");
            String text = (token.isObject() ? token.path("content") : token).asText("");
            if (added.containsKey(text)) {
                roles.putIfAbsent(role, new SpecialToken(added.get(text), text, 0));
            }
        }
    }
}
