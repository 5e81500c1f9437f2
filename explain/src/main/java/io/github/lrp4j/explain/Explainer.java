package io.github.lrp4j.explain;

import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.files.ModelFiles;
import io.github.lrp4j.zoo.image.RgbImage;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.text.BertHead;
import io.github.lrp4j.zoo.text.T5;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.SpecialTokens;
import io.github.lrp4j.zoo.tokenizer.Tokenizer;
import io.github.lrp4j.zoo.vision.BatchNormFolding;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * {@code model, input -> answer, relevance of the input}: explanations of a published model in one call.
 *
 * <pre>{@code
 * Explainer explainer = Explainer.open("hf:deepset/roberta-base-squad2");
 * TextExplanation why = explainer.explain("Who wrote it?", "Ada wrote it in 1843.");
 * why.answer().text();                  // "Ada"
 * why.why().words().get(1).words();     // relevance of every word of the context
 *
 * ImageExplanation cat = Explainer.open("hf:timm/resnet18.a1_in1k").explain(ImageFile.read(Path.of("cat.jpg")));
 * cat.heatMap().draw(2);
 * }</pre>
 *
 * <p>What is explained is what the model says: the most likely class of a picture or a text, or those that a
 * {@link Question} names; the passage that answers a question; the entities of a text; the words in the place of masks; the
 * tokens that a T5 writes; how alike two texts are to an encoder of sentences. Texts that are too long are read in windows.
 *
 * <p>Immutable; a change of settings gives another explainer. Thread-safe, except that a listener hears all threads.
 */
public final class Explainer {
    /** How many windows of texts are computed together where nobody says. */
    public static final int USUAL_BATCH = 8;
    /** The most tokens that a model writes where nobody says. */
    public static final int USUAL_ANSWER = 64;

    private static final int LONGEST_PASSAGE = 30;
    private static final int LARGEST_STRIDE = 128;
    private static final double NANOS = 1e-9;

    private final PublishedModel model;
    private final Optional<Tokenizer> tokenizer;
    private final Settings settings;
    private final Propagator propagator;

    private Explainer(PublishedModel model, Optional<Tokenizer> tokenizer, Settings settings) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.settings = settings;
        this.propagator = new Propagator(settings);
    }

    /** The model in a directory, or at the hub: {@code hf:owner/name@revision}. */
    public static Explainer open(String pathOrReference) throws IOException {
        return open(ModelFiles.open(pathOrReference));
    }

    /**
     * The model in these files. Batch norms are folded into the convolutions before them.
     *
     * @throws io.github.lrp4j.zoo.files.ConfigException if they hold no model that there is here
     * @throws io.github.lrp4j.zoo.weights.WeightsException if the weights do not fit
     */
    public static Explainer open(ModelFiles files) throws IOException {
        return switch (PublishedModel.load(files)) {
            case PublishedModel.Pictures pictures -> of(BatchNormFolding.fold(pictures.network()));
            case PublishedModel text -> of(text, files.tokenizer());
        };
    }

    /** A classifier of pictures, explained by the rules that {@linkplain RulePreset#suiting suit} it. */
    public static Explainer of(Network network) {
        return new Explainer(new PublishedModel.Pictures(network), Optional.empty(), usual(1))
                .with(RulePreset.suiting(network));
    }

    /** A model of text, explained by {@link RulePreset#ATTN_LRP}. */
    public static Explainer of(PublishedModel model, Tokenizer tokenizer) {
        if (model instanceof PublishedModel.Pictures pictures) {
            return of(pictures.network());
        }
        return new Explainer(model, Optional.of(tokenizer), usual(USUAL_BATCH)).with(RulePreset.ATTN_LRP);
    }

    private static Settings usual(int batch) {
        Settings.Method none = new Settings.Method(RuleTable.of(), true, false);
        return new Settings(none, Backends.select().kernels(), ExplainListener.NONE, 0, -1, batch, USUAL_ANSWER, 1);
    }

    private Explainer with(Settings other) {
        return new Explainer(model, tokenizer, other);
    }

    // ---- settings ------------------------------------------------------------------------------------------------

    /**
     * This explainer with other rules.
     *
     * @throws IllegalArgumentException if they do not suit the kind of input
     */
    public Explainer with(RulePreset preset) {
        RuleTable rules = model instanceof PublishedModel.Pictures pictures
                ? preset.table(pictures.network().facts().preprocessing())
                : preset.table();
        return with(settings.withMethod(
                new Settings.Method(rules, preset.isDecomposition(), preset.isTimesInput())));
    }

    /** This explainer with rules of one's own. */
    public Explainer with(RuleTable rules) {
        return with(settings.withMethod(new Settings.Method(rules, true, false)));
    }

    /** This explainer with other kernels; by default the fastest that run here. */
    public Explainer with(Kernels kernels) {
        return with(settings.withKernels(kernels));
    }

    /** This explainer, telling how far it is. */
    public Explainer watchedBy(ExplainListener listener) {
        return with(settings.withListener(listener));
    }

    /**
     * This explainer, reading texts of more than {@code tokens} tokens in windows; by default as many as the model can.
     * Models that write read the whole text at once, models that guess words refuse one that is longer than a window.
     *
     * @param shared how many tokens neighbouring windows share
     */
    public Explainer withWindows(int tokens, int shared) {
        if (tokens < 1 || shared < 0 || shared >= tokens) {
            throw new IllegalArgumentException("explainer: windows of " + tokens + " tokens cannot share " + shared);
        }
        return with(settings.withWindows(tokens, shared));
    }

    /** {@link #withWindows(int, int)}, neighbours sharing a quarter of a window, at most {@value #LARGEST_STRIDE} tokens. */
    public Explainer withWindows(int tokens) {
        if (tokens < 1) {
            throw new IllegalArgumentException("explainer: windows must have at least 1 token, got " + tokens);
        }
        return with(settings.withWindows(tokens, -1));
    }

    /** This explainer, computing this many pictures, by default 1, or windows of texts, by default 8, together. */
    public Explainer withBatch(int size) {
        return with(settings.withBatch(size));
    }

    /**
     * This explainer, for models that write: at most {@code tokens} tokens, by default {@value #USUAL_ANSWER}, following
     * {@code beams} hypotheses, by default 1.
     */
    public Explainer withAnswers(int tokens, int beams) {
        return with(settings.withAnswers(tokens, beams));
    }

    /** The model. */
    public PublishedModel model() {
        return model;
    }

    /**
     * What splits texts into tokens.
     *
     * @throws IllegalStateException if the model reads pictures
     */
    public Tokenizer tokenizer() {
        return tokenizer.orElseThrow(() -> new IllegalStateException(model.name() + ": reads pictures, no texts"));
    }

    /** The rules. */
    public RuleTable rules() {
        return settings.method().rules();
    }

    /** What computes. */
    public Kernels kernels() {
        return settings.kernels();
    }

    // ---- pictures ------------------------------------------------------------------------------------------------

    /** Why the most likely class of a picture. */
    public ImageExplanation explain(RgbImage picture) {
        return explain(List.of(picture), Question.top1()).getFirst().getFirst();
    }

    /**
     * Why the classes in question, per picture.
     *
     * @return for every picture an explanation per class
     * @throws IllegalStateException if the model reads texts
     */
    public List<List<ImageExplanation>> explain(List<RgbImage> pictures, Question question) {
        if (!(model instanceof PublishedModel.Pictures loaded)) {
            throw new IllegalStateException(model.name() + ": reads texts, no pictures");
        }
        return new PictureExplainer(loaded.network(), settings, propagator).explain(pictures, question);
    }

    // ---- texts ---------------------------------------------------------------------------------------------------

    /** Why the model says what it says of a text. */
    public TextExplanation explain(String text) {
        return explain(TextInput.text(text));
    }

    /** Why the model answers a question from a context as it does. */
    public TextExplanation explain(String question, String context) {
        return explain(TextInput.question(question, context));
    }

    /** Why the model says what it says of a text. */
    public TextExplanation explain(TextInput input) {
        return explainTexts(List.of(input), Question.top1()).getFirst();
    }

    /**
     * Why the model says what it says of these texts.
     *
     * @param question which classes are in question; where a model says something else than classes, only how many of the
     *     most likely words in the place of a mask
     * @throws IllegalStateException if the model reads pictures
     * @throws IllegalArgumentException if a text is not of the kind that the model reads, or the question is not one that it
     *     answers
     */
    public List<TextExplanation> explainTexts(List<TextInput> inputs, Question question) {
        if (inputs.isEmpty()) {
            return List.of();
        }
        return switch (model) {
            case PublishedModel.Pictures pictures ->
                throw new IllegalStateException(pictures.name() + ": reads pictures, no texts");
            case PublishedModel.Encoder encoder -> explain(encoder, inputs, question);
            case PublishedModel.EncoderDecoder t5 -> explain(t5, inputs, question);
        };
    }

    private List<TextExplanation> explain(PublishedModel.Encoder encoder, List<TextInput> inputs, Question question) {
        TextExplainer texts = new TextExplainer(new TokenModel.Encoder(encoder), settings, propagator);
        if (encoder.head().isEmpty()) {
            requireTop1(question);
            return inputs.stream().map(input -> similarity(texts, input)).toList();
        }
        Reader reader = switch (encoder.head().get()) {
            case BertHead.SequenceClassification _ -> new ClassReader(encoder.classes(), encoder.scores(), question);
            case BertHead.TokenClassification _ -> {
                requireTop1(question);
                inputs.forEach(input -> requireSecond(input, false));
                yield new EntityReader(encoder.classes());
            }
            case BertHead.QuestionAnswering _ -> {
                requireTop1(question);
                inputs.forEach(input -> requireSecond(input, true));
                yield new PassageReader(LONGEST_PASSAGE);
            }
            case BertHead.MaskedLanguageModel _ -> new MaskReader(tokenizer(), tokenizer().specialTokens()
                    .find(SpecialTokens.Role.MASK).orElseThrow(() -> new IllegalArgumentException(
                            encoder.name() + ": the tokenizer has no token for words to guess")),
                    onlyCount(question));
        };
        long start = System.nanoTime();
        List<TextJob> jobs = inputs.stream().map(input -> job(input, encoder.longest())).toList();
        return texts.explain(jobs, reader, seconds(start));
    }

    private TextExplanation similarity(TextExplainer texts, TextInput input) {
        if (input.second().isEmpty()) {
            throw new IllegalArgumentException(model.name() + ": is an encoder of sentences, which says how alike two"
                    + " texts are; give it a second one");
        }
        long start = System.nanoTime();
        int longest = ((PublishedModel.Encoder) model).longest();
        Encoding other = tokenizer().encode(input.first(), true);
        if (other.length() > longest) {
            throw new IllegalArgumentException(model.name() + ": the first text has " + other.length()
                    + " tokens, there is room for " + longest);
        }
        Encoding whole = tokenizer().encode(input.second().get(), true);
        TextJob job = new TextJob(input, whole, windows(whole, longest));
        Reader reader = new SimilarityReader(texts.outputs(List.of(other)).getFirst().toDoubleArray());
        return texts.explain(List.of(job), reader, seconds(start)).getFirst();
    }

    private List<TextExplanation> explain(PublishedModel.EncoderDecoder t5, List<TextInput> inputs,
            Question question) {
        requireTop1(question);
        long start = System.nanoTime();
        if (t5.model().task() == T5.Task.QUESTION_ANSWERING) {
            inputs.forEach(input -> requireSecond(input, true));
            List<TextJob> jobs = inputs.stream().map(input -> job(input, Integer.MAX_VALUE)).toList();
            return new TextExplainer(new TokenModel.AnsweringT5(t5.model()), settings, propagator)
                    .explain(jobs, new PassageReader(LONGEST_PASSAGE), seconds(start));
        }
        WritingExplainer writing = new WritingExplainer(t5.model(), tokenizer(), settings, propagator);
        return inputs.stream().map(input -> {
            long begin = System.nanoTime();
            // How T5 was trained to be asked (Raffel et al., arXiv 1910.10683, appendix D).
            TextInput one = input.second()
                    .map(context -> TextInput.text("question: " + input.first() + " context: " + context))
                    .orElse(input);
            Encoding whole = tokenizer().encode(one.first(), true);
            return writing.explain(new TextJob(one, whole, List.of(whole)), seconds(begin));
        }).toList();
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) * NANOS;
    }

    private TextJob job(TextInput input, int longest) {
        Encoding whole = input.second().isPresent()
                ? tokenizer().encode(input.first(), input.second().get(), true)
                : tokenizer().encode(input.first(), true);
        return new TextJob(input, whole, windows(whole, longest));
    }

    private List<Encoding> windows(Encoding whole, int longest) {
        int window = settings.window() == 0 ? longest : Math.min(settings.window(), longest);
        int stride = settings.stride() >= 0 ? settings.stride() : Math.min(LARGEST_STRIDE, window / 4);
        return whole.windows(window, stride);
    }

    private void requireSecond(TextInput input, boolean wanted) {
        if (input.second().isPresent() != wanted) {
            throw new IllegalArgumentException(model.name() + (wanted
                    ? ": answers questions; give it a question and a context"
                    : ": reads one text at a time, no question and context"));
        }
    }

    private void requireTop1(Question question) {
        if (!question.equals(Question.top1())) {
            throw new IllegalArgumentException(model.name() + ": says no classes of texts that could be chosen from");
        }
    }

    private int onlyCount(Question question) {
        if (!question.equals(Question.top(question.count()))) {
            throw new IllegalArgumentException(
                    model.name() + ": guesses words; only how many of the likeliest can be chosen");
        }
        return question.count();
    }
}
