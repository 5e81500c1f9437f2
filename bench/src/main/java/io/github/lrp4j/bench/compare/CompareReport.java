package io.github.lrp4j.bench.compare;

import io.github.lrp4j.bench.Fork;
import io.github.lrp4j.bench.Machine;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * lrp4j beside PyTorch on this machine: both sides run in processes of their own and {@linkplain Turns take turns}; medians
 * are compared. Prints tables.
 *
 * <p>Implementations of LRP that are not installed here are represented by figures that were measured on a machine of this
 * kind, {@link Published}, and scaled by how fast PyTorch's forward pass is here.
 */
public final class CompareReport {
    /**
     * Tells the GNU C library to keep what is freed. By default it returns large blocks to the system at once, and PyTorch's
     * forward pass of a VGG-16 takes up to twice as long for the page faults that follow.
     */
    private static final Map<String, String> KEEPS_MEMORY = Map.of("MALLOC_MMAP_THRESHOLD_", "4294967296",
            "MALLOC_TRIM_THRESHOLD_", "8589934592", "MALLOC_TOP_PAD_", "268435456");

    private final Request request;
    private final Turns turns;
    private final List<String> python;
    private final Map<String, Double> forward = new HashMap<>();
    private final int total;
    private int done;

    private CompareReport(Request request, Turns turns, List<String> python) {
        this.request = request;
        this.turns = turns;
        this.python = python;
        this.total = chosen(Request.Table.KERNELS, Works.kernels(), Works.Kernel::fullName).size()
                + chosen(Request.Table.MODELS, Works.models(), Works.Model::name).size()
                + chosen(Request.Table.PUBLISHED, Published.all(), Published::name).size()
                + chosen(Request.Table.PRESETS, Works.presets(), Works.Model::name).size()
                + chosen(Request.Table.MEMORY, Works.memory(), Works.Model::name).size();
    }

    /**
     * Compares.
     *
     * @param arguments the python with PyTorch; the script of its side; then options and words as
     *     {@code bench/compare/README.md} has them
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Request request = Request.parse(List.of(arguments).subList(2, arguments.length));
        List<String> python = request.quiet()
                ? List.of(arguments[0], arguments[1], "--quiet")
                : List.of(arguments[0], arguments[1]);
        try (Side ours = new Side("lrp4j", Fork.command(List.of("-Xmx12g"), Worker.class), Map.of());
                Side theirs = new Side("PyTorch", python, KEEPS_MEMORY)) {
            System.out.println("| | |\n|---|---|");
            System.out.println("| machine | " + Machine.description() + " |");
            System.out.println("| lrp4j | " + ours.ask("versions") + " |");
            System.out.println("| beside | " + theirs.ask("versions") + " |");
            System.out.println("| medians of | " + request.rounds() + " turns each |");
            CompareReport report =
                    new CompareReport(request, new Turns(ours, theirs, request.rounds()), python);
            report.kernels();
            report.models();
            report.published();
            report.presets();
            report.memory();
        }
    }

    private <T> List<T> chosen(Request.Table table, List<T> works, Function<T, String> name) {
        return request.tables().contains(table)
                ? works.stream().filter(work -> request.includes(name.apply(work))).toList()
                : List.of();
    }

    /** The chosen rows of a table, after its head. */
    private <T> List<T> begin(Request.Table table, List<T> works, Function<T, String> name, String head) {
        List<T> rows = chosen(table, works, name);
        if (!rows.isEmpty()) {
            System.out.println("\n" + head);
        }
        return rows;
    }

    private void progress(String name) {
        done++;
        if (!request.quiet()) {
            System.err.println("[" + done + "/" + total + "] " + name);
        }
    }

    private void kernels() throws IOException {
        for (Works.Kernel work : begin(Request.Table.KERNELS, Works.kernels(), Works.Kernel::fullName,
                "| kernel | lrp4j, ms | PyTorch, ms | its speed | |\n|---|---:|---:|---:|---|")) {
            progress(work.fullName());
            Turns.Medians seconds = turns.compare(work.order(), work.order());
            System.out.printf(Locale.ROOT, "| %s | %.3f | %.3f | %.2f x | %.0f %s |%n", work.label(), 1e3 * seconds.ours(),
                    1e3 * seconds.theirs(), seconds.speed(), work.amount() / seconds.ours() / 1e9, work.unit());
        }
    }

    private void models() throws IOException {
        for (Works.Model work : begin(Request.Table.MODELS, Works.models(), Works.Model::name,
                "| model | lrp4j | PyTorch | lrp4j, s | PyTorch, s | its speed |\n|---|---|---|---:|---:|---:|")) {
            againstGradient(work);
        }
    }

    private void presets() throws IOException {
        for (Works.Model work : begin(Request.Table.PRESETS, Works.presets(), Works.Model::name,
                "| model | lrp4j: forward and | PyTorch: forward and | lrp4j, s | PyTorch, s | its speed |\n"
                        + "|---|---|---|---:|---:|---:|")) {
            againstGradient(work);
        }
    }

    private void againstGradient(Works.Model work) throws IOException {
        progress(work.name());
        Turns.Medians seconds = turns.compare(work.order(work.what()), work.order(work.peer()));
        if (work.peer().equals("forward") && work.batch() == 1) {
            forward.put(work.model(), seconds.theirs());
        }
        System.out.printf(Locale.ROOT, "| %s | %s | %s | %.3f | %.3f | %.2f x |%n", work.label(), work.what(),
                work.peer(), seconds.ours(), seconds.theirs(), seconds.speed());
    }

    private void published() throws IOException {
        for (Published work : begin(Request.Table.PUBLISHED, Published.all(), Published::name,
                "| model | preset | lrp4j, s | of it forward, s | published (constant), s | by | what | scaled to here, s "
                        + "| its speed |\n|---|---|---:|---:|---:|---|---|---:|---:|")) {
            progress(work.name());
            Works.Model inference = new Works.Model(work.model(), "forward", "forward", 1);
            if (!forward.containsKey(work.model())) {
                forward.put(work.model(),
                        turns.compare(inference.order("forward"), inference.order("forward")).theirs());
            }
            double scaled = work.seconds() * forward.get(work.model()) / work.forward();
            double whole = turns.alone(inference.order(work.preset()));
            double alone = turns.alone(inference.order("forward"));
            double compared = work.withForward() ? whole : whole - alone;
            System.out.printf(Locale.ROOT, "| %s | %s | %.3f | %.3f | %.2f | %s | %s | %.2f | %.1f x |%n", work.model(),
                    work.preset(), whole, alone, work.seconds(), work.by(),
                    work.withForward() ? "forward + LRP" : "LRP", scaled, scaled / compared);
        }
        if (!forward.isEmpty() && request.tables().contains(Request.Table.PUBLISHED)) {
            System.out.println("\nScaled by PyTorch's forward pass, there and here:");
            forward.forEach((model, seconds) -> Published.all().stream().filter(work -> work.model().equals(model))
                    .findFirst().ifPresent(work -> System.out.printf(Locale.ROOT, "* %s %.3f s, %.3f s%n", model,
                            work.forward(), seconds)));
        }
    }

    private void memory() throws IOException, InterruptedException {
        MemoryTable table = new MemoryTable(python);
        for (Works.Model work : begin(Request.Table.MEMORY, Works.memory(), Works.Model::name, MemoryTable.HEAD)) {
            progress(work.name() + " memory");
            System.out.println(table.row(work));
        }
    }
}
