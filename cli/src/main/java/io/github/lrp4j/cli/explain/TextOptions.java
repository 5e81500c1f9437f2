package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.explain.Explainer;
import io.github.lrp4j.explain.TextInput;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that say which texts to explain, and how they are read. */
final class TextOptions {
    @Option(names = "--text", paramLabel = "TEXT", arity = "1..*", description = "Texts.")
    private List<String> texts = List.of();

    @Option(names = "--text-file", paramLabel = "FILE", arity = "1..*", description = "Texts from files, in UTF-8.")
    private List<Path> textFiles = List.of();

    @Option(names = "--question", paramLabel = "TEXT", description = "A question, to be answered from a context. For"
            + " an encoder of sentences: a text to compare the context with.")
    private String question;

    @Option(names = "--context", paramLabel = "TEXT", description = "The context of the question.")
    private String context;

    @Option(names = "--context-file", paramLabel = "FILE", description = "The context from a file, in UTF-8.")
    private Path contextFile;

    @Option(names = "--jsonl", paramLabel = "FILE", description = "Many texts: a JSON object a line, with \"text\", or"
            + " with \"question\" and \"context\", and an \"id\" if one is wanted.")
    private Path jsonLines;

    @Option(names = "--window", paramLabel = "N",
            description = "Read texts of more than N tokens in windows. Default: as many as the model can read.")
    private Integer window;

    @Option(names = "--stride", paramLabel = "N",
            description = "How many tokens neighbouring windows share. Default: a quarter of a window, at most 128.")
    private Integer stride;

    @Option(names = "--answer-tokens", paramLabel = "N",
            description = "The longest answer of a model that writes. Default: 64 tokens.")
    private Integer answerTokens;

    @Option(names = "--beams", paramLabel = "N",
            description = "How many answers a model that writes follows at once. Default: 1, greedy.")
    private Integer beams;

    /** Whether any option asks for a text. */
    boolean isAsked() {
        return !texts.isEmpty() || !textFiles.isEmpty() || question != null || context != null || contextFile != null
                || jsonLines != null;
    }

    /** The file of many texts, or null. */
    Path jsonLines() {
        return jsonLines;
    }

    /** The texts by name, those of the file of many texts excepted. */
    List<NamedText> named() throws IOException {
        if (context != null && contextFile != null) {
            throw UserError.usage("--context and --context-file exclude each other");
        }
        if ((question == null) != (context == null && contextFile == null)) {
            throw UserError.usage("--question and --context (or --context-file) belong together");
        }
        if (jsonLines != null && (!texts.isEmpty() || !textFiles.isEmpty() || question != null)) {
            throw UserError.usage("--jsonl and --text, --text-file or --question exclude each other");
        }
        List<NamedText> named = new ArrayList<>();
        for (String text : texts) {
            named.add(new NamedText("text", TextInput.text(text)));
        }
        for (Path file : textFiles) {
            named.add(new NamedText(ExplainCommand.baseName(file), TextInput.text(read(file))));
        }
        if (question != null) {
            named.add(new NamedText("question",
                    TextInput.question(question, context != null ? context : read(contextFile))));
        }
        return named;
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw UserError.input(file + ": no such file", e);
        } catch (MalformedInputException e) {
            throw UserError.input(file + ": no text in UTF-8", e);
        }
    }

    /** An explainer that reads and writes as these options say. */
    Explainer applied(Explainer explainer, Integer batch) {
        try {
            Explainer applied = explainer;
            if (stride != null && window == null) {
                throw UserError.usage("--stride needs --window: how many tokens are read at once");
            }
            if (window != null) {
                applied = stride != null ? applied.withWindows(window, stride) : applied.withWindows(window);
            }
            if (answerTokens != null || beams != null) {
                applied = applied.withAnswers(answerTokens != null ? answerTokens : Explainer.USUAL_ANSWER,
                        beams != null ? beams : 1);
            }
            return batch == null ? applied : applied.withBatch(batch);
        } catch (IllegalArgumentException e) {
            throw UserError.usage(e.getMessage());
        }
    }
}
