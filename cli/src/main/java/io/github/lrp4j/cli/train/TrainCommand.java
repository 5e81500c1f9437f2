package io.github.lrp4j.cli.train;

import io.github.lrp4j.cli.console.ExitCode;
import io.github.lrp4j.cli.console.Json;
import io.github.lrp4j.cli.console.OutputFolder;
import io.github.lrp4j.cli.console.OutputOptions;
import io.github.lrp4j.cli.console.Progress;
import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.cli.console.Version;
import io.github.lrp4j.cli.model.ComputeOptions;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.data.FashionMnist;
import io.github.lrp4j.zoo.fashion.FashionVgg;
import io.github.lrp4j.zoo.train.Trainer;
import io.github.lrp4j.zoo.train.TrainingListener;
import io.github.lrp4j.zoo.train.TrainingPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lrp4j train}: trains the small VGG that comes with lrp4j. */
@Command(name = "train",
        description = "Train the small VGG for Fashion-MNIST that comes with lrp4j.",
        footer = {
            "",
            "The data are the four IDX files of Fashion-MNIST, plain or with .gz, as in Debian's package"
                    + " dataset-fashion-mnist. The same seed gives the same network on the same kernels with the same"
                    + " number of threads.",
            "",
            "Examples:",
            "  lrp4j train --data /usr/share/datasets/fashion-mnist",
            "  lrp4j train --data DIR --epochs 3 --seed 7 --out mine.safetensors",
            "  lrp4j explain --model vgg --weights mine.safetensors --image shirt.png",
            "",
            "Files, named after --out:",
            "  NAME.safetensors  the weights, with class names and preprocessing",
            "  NAME.json         plan, losses, accuracies",
            "  NAME.png          the learning curve"})
public final class TrainCommand implements Callable<Integer> {
    private static final String SUFFIX = ".safetensors";
    private static final double NANOS = 1e-9;

    @Option(names = "--data", paramLabel = "DIR",
            defaultValue = "/usr/share/datasets/fashion-mnist",
            description = "Directory of the data. Default: ${DEFAULT-VALUE}.")
    private Path data;

    @Option(names = "--epochs", paramLabel = "N",
            description = "Passes over the training pictures. Default: as the network that"
                    + " comes with lrp4j.")
    private Integer epochs;

    @Option(names = "--batch", paramLabel = "N", description = "Pictures per step. Default: likewise.")
    private Integer batch;

    @Option(names = "--lr", paramLabel = "RATE", description = "Largest learning rate. Default: likewise.")
    private Double rate;

    @Option(names = "--seed", paramLabel = "N",
            defaultValue = "1",
            description = "Decides initial weights, order, augmentation and dropout. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--out", paramLabel = "FILE",
            defaultValue = "fashion-vgg.safetensors",
            description = "Where the weights go. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Mixin
    private ComputeOptions kernels;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        String file = String.valueOf(out.getFileName());
        if (!file.endsWith(SUFFIX) || file.equals(SUFFIX)) {
            throw UserError.usage("--out must name a file that ends in " + SUFFIX + ", got " + out);
        }
        TrainingPlan plan = plan();
        FashionMnist pictures = FashionMnist.read(data);
        // Opened before the work: after minutes of training it would be a pity to learn that the result has no place.
        try (OutputFolder results = OutputFolder.open(out.toAbsolutePath().getParent())) {
            Kernels chosen = kernels.kernels();
            Network start = FashionVgg.untrained(seed);
            List<TrainingLog.Epoch> history = new ArrayList<>();
            long began = System.nanoTime();
            Network trained = train(start, chosen, plan, pictures, history);
            double accuracy = history.getLast().accuracy();
            TrainingLog log = new TrainingLog(Version.NUMBER, start.name(),
                    start.parameters().values().stream().mapToLong(Tensor::elements).sum(), data.toString(),
                    pictures.training().size(),
                    pictures.test().size(), chosen.name(), Runtime.getRuntime().availableProcessors(), plan, history,
                    accuracy,
                    (System.nanoTime() - began) * NANOS);
            String name = file.substring(0, file.length() - SUFFIX.length());
            results.add(file, draft -> trained.save(draft, notes(plan, accuracy)));
            results.add(name + ".json", Json.text(log));
            results.add(name + ".png", LearningCurve.png(start.name() + ", seed " + seed, history));
            results.publish();
            say(String.format(Locale.ROOT, "test accuracy %.2f %% on %,d pictures%nwritten %s, %s.json, %s.png%n",
                    100 * accuracy,
                    pictures.test().size(), out,
                    name, name));
        }
        return ExitCode.OK;
    }

    private Network train(Network start, Kernels chosen, TrainingPlan plan, FashionMnist pictures,
            List<TrainingLog.Epoch> history) {
        try (Watch watch = new Watch(plan, pictures.training().size() / plan.batch(), history)) {
            return new Trainer(chosen, plan, watch).train(start, pictures.training(), pictures.test());
        } catch (IllegalArgumentException e) {
            throw UserError.input(data + ": " + e.getMessage(), e);
        } catch (ArithmeticException e) {
            throw UserError.usage(e.getMessage());
        }
    }

    private TrainingPlan plan() {
        TrainingPlan plan = FashionVgg.plan(seed);
        try {
            plan = epochs == null ? plan : plan.withEpochs(epochs);
            plan = batch == null ? plan : plan.withBatch(batch);
            return rate == null ? plan : plan.withRate(rate);
        } catch (IllegalArgumentException e) {
            throw UserError.usage(e.getMessage());
        }
    }

    private Map<String, String> notes(TrainingPlan plan, double accuracy) {
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put("lrp4j", Version.NUMBER);
        notes.put("training.seed", Long.toString(seed));
        notes.put("training.epochs", Integer.toString(plan.epochs()));
        notes.put("training.batch", Integer.toString(plan.batch()));
        notes.put("training.rate", Double.toString(plan.rate()));
        notes.put("training.test_accuracy", String.format(Locale.ROOT, "%.4f", accuracy));
        return notes;
    }

    private void say(String text) {
        if (!output.isQuiet()) {
            PrintWriter stdout = spec.commandLine().getOut();
            stdout.print(text);
            stdout.flush();
        }
    }

    /** Tells the user how training goes, and keeps the history. */
    private final class Watch implements TrainingListener, AutoCloseable {
        private final TrainingPlan plan;
        private final List<TrainingLog.Epoch> history;
        private final Progress.Task task;
        private double smoothed = Double.NaN;
        private long epochStart = System.nanoTime();

        Watch(TrainingPlan plan, int steps, List<TrainingLog.Epoch> history) {
            this.plan = plan;
            this.history = history;
            this.task = output.progress().begin("training", (long) steps * plan.epochs());
        }

        @Override
        public void stepDone(int epoch, int step, int steps, double loss) {
            smoothed = Double.isNaN(smoothed) ? loss : 0.98 * smoothed + 0.02 * loss;
            task.step();
            task.say(String.format(Locale.ROOT, "epoch %d/%d loss %.3f", epoch, plan.epochs(), smoothed));
        }

        @Override
        public void epochDone(int epoch, double loss, double accuracy) {
            long now = System.nanoTime();
            history.add(new TrainingLog.Epoch(epoch, loss, accuracy, (now - epochStart) * NANOS));
            epochStart = now;
            say(String.format(Locale.ROOT, "epoch %3d/%d  loss %.4f  test accuracy %.2f %%  %.0f s%n", epoch,
                    plan.epochs(), loss,
                    100 * accuracy, history.getLast().seconds()));
        }

        @Override
        public void close() {
            task.close();
        }
    }
}
