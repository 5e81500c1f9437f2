package io.github.lrp4j.bench.compare;

import io.github.lrp4j.bench.Fork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * lrp4j beside PyTorch on this machine: both sides run in processes of their own and take turns, so that what disturbs one
 * disturbs the other; medians are compared. Prints a table per group of works.
 *
 * <p>Implementations of LRP that are not installed here are represented by figures that were measured on a machine of this
 * kind, {@link Published}, and scaled by how fast PyTorch's forward pass is here.
 */
public final class CompareReport {
    /** Seconds that a side computes before the other has its turn. */
    private static final double TURN = 0.4;

    /**
     * Tells the GNU C library to keep what is freed. By default it returns large blocks to the system at once, and PyTorch's
     * forward pass of a VGG-16 takes up to twice as long for the page faults that follow.
     */
    private static final Map<String, String> KEEPS_MEMORY = Map.of("MALLOC_MMAP_THRESHOLD_", "4294967296",
            "MALLOC_TRIM_THRESHOLD_", "8589934592", "MALLOC_TOP_PAD_", "268435456");

    private final Side ours;
    private final Side theirs;
    private final int rounds;
    private final Map<String, Double> forward = new HashMap<>();

    private CompareReport(Side ours, Side theirs, int rounds) {
        this.ours = ours;
        this.theirs = theirs;
        this.rounds = rounds;
    }

    /**
     * Compares.
     *
     * @param arguments the python with PyTorch; the script of its side; then optionally {@code rounds=7} and words that
     *     the names of works contain, all of them where there is none
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = 7;
        List<String> chosen = new ArrayList<>();
        for (String argument : List.of(arguments).subList(2, arguments.length)) {
            if (argument.startsWith("rounds=")) {
                rounds = Integer.parseInt(argument.substring("rounds=".length()));
            } else {
                chosen.add(argument);
            }
        }
        List<String> java = Fork.command("12g", Worker.class);
        List<String> python = List.of(arguments[0], Path.of(arguments[1]).toString());
        try (Side ours = new Side("lrp4j", java, Map.of());
                Side theirs = new Side("PyTorch", python, KEEPS_MEMORY)) {
            System.out.println(ours.ask("versions") + " beside " + theirs.ask("versions"));
            CompareReport report = new CompareReport(ours, theirs, rounds);
            report.kernels(chosen);
            report.models(chosen);
            report.relevance(chosen);
        }
    }

    private static boolean isChosen(List<String> chosen, String name) {
        return chosen.isEmpty() || chosen.stream().anyMatch(name::contains);
    }

    private void kernels(List<String> chosen) throws IOException {
        List<Works.Kernel> works =
                Works.kernels().stream().filter(work -> isChosen(chosen, work.name() + " " + work.label())).toList();
        if (works.isEmpty()) {
            return;
        }
        System.out.println("\n| kernel | lrp4j, ms | PyTorch, ms | its speed | |\n|---|---:|---:|---:|---|");
        for (Works.Kernel work : works) {
            double[] seconds = takeTurns(work.order(), work.order());
            double rate = work.amount() / seconds[0] / 1e9;
            System.out.printf(Locale.ROOT, "| %s | %.3f | %.3f | %.2f x | %.0f %s |%n", work.label(), 1e3 * seconds[0],
                    1e3 * seconds[1], seconds[1] / seconds[0], rate, work.unit());
        }
    }

    private void models(List<String> chosen) throws IOException {
        List<Works.Model> works =
                Works.models().stream().filter(work -> isChosen(chosen, work.model() + " " + work.what())).toList();
        if (works.isEmpty()) {
            return;
        }
        System.out.println("\n| model | lrp4j | PyTorch | lrp4j, s | PyTorch, s | its speed |\n|---|---|---|---:|---:|---:|");
        for (Works.Model work : works) {
            double[] seconds = takeTurns(work.order(work.what()), work.order(work.peer()));
            if (work.peer().equals("forward") && work.batch() == 1) {
                forward.put(work.model(), seconds[1]);
            }
            System.out.printf(Locale.ROOT, "| %s | %s | %s | %.3f | %.3f | %.2f x |%n", work.label(), work.what(),
                    work.peer(), seconds[0], seconds[1], seconds[1] / seconds[0]);
        }
    }

    private void relevance(List<String> chosen) throws IOException {
        List<Published> works = Published.all().stream()
                .filter(work -> isChosen(chosen, work.model() + " published " + work.preset())).toList();
        if (works.isEmpty()) {
            return;
        }
        System.out.println("\n| model | preset | lrp4j, s | of it forward, s | published, s | by | scaled to here, s | its speed |"
                + "\n|---|---|---:|---:|---:|---|---:|---:|");
        for (Published work : works) {
            Works.Model inference = new Works.Model(work.model(), "forward", "forward", 1);
            if (!forward.containsKey(work.model())) {
                forward.put(work.model(), takeTurns(inference.order("forward"), inference.order("forward"))[1]);
            }
            double scaled = work.seconds() * forward.get(work.model()) / work.forward();
            double[] seconds = alone(inference.order(work.preset()), inference.order("forward"));
            double compared = work.withForward() ? seconds[0] : seconds[0] - seconds[1];
            System.out.printf(Locale.ROOT, "| %s | %s | %.3f | %.3f | %.2f | %s | %.2f | %.1f x |%n", work.model(),
                    work.preset(), seconds[0], seconds[1], work.seconds(), work.by(), scaled, scaled / compared);
        }
    }

    /** Median seconds of each side, which take turns. */
    private double[] takeTurns(String order, String peerOrder) throws IOException {
        ours.ask(order);
        theirs.ask(peerOrder);
        int ourCount = ours.warm(TURN);
        int theirCount = theirs.warm(TURN);
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            first.addAll(ours.run(ourCount));
            second.addAll(theirs.run(theirCount));
        }
        return new double[] {median(first), median(second)};
    }

    /** Median seconds of two works of this side. */
    private double[] alone(String first, String second) throws IOException {
        double[] result = new double[2];
        for (int i = 0; i < 2; i++) {
            ours.ask(i == 0 ? first : second);
            int count = ours.warm(TURN);
            List<Double> seconds = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                seconds.addAll(ours.run(count));
            }
            result[i] = median(seconds);
        }
        return result;
    }

    private static double median(List<Double> seconds) {
        List<Double> sorted = seconds.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
