package io.github.lrp4j.cli.doctor;

import io.github.lrp4j.cli.console.ExitCode;
import io.github.lrp4j.cli.console.Json;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lrp4j doctor}: what this machine has and what lrp4j makes of it. */
@Command(name = "doctor",
        description = "Show what this machine has, which kernels compute, and why not faster ones.",
        footer = {
            "",
            "CUDA's libraries are looked for in LD_LIBRARY_PATH, /usr/local/cuda*/lib64, the system's directories and"
                    + " Python's nvidia packages; LRP4J_JAVA_OPTS=-Dlrp4j.cublas=FILE names cuBLAS. Nothing is"
                    + " downloaded.",
            "",
            "Examples:",
            "  lrp4j doctor",
            "  lrp4j doctor --json"})
public final class DoctorCommand implements Callable<Integer> {
    private static final double GIB = 1L << 30;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Diagnosis diagnosis = Diagnosis.current();
        PrintWriter stdout = spec.commandLine().getOut();
        stdout.print(json ? Json.text(diagnosis) : text(diagnosis));
        stdout.flush();
        return ExitCode.OK;
    }

    private static String text(Diagnosis d) {
        StringBuilder text = new StringBuilder();
        line(text, "lrp4j", d.lrp4j());
        line(text, "java", d.java().version() + " (" + d.java().vendor() + "; " + d.java().vm() + ")");
        line(text, "", d.java().home() + "; garbage collectors " + d.java().collector());
        line(text, "machine", d.machine().os() + ", " + d.machine().arch() + ", " + d.machine().processor());
        line(text, "threads", Integer.toString(d.machine().threads()));
        line(text, "memory",
                String.format(Locale.ROOT, "heap up to %.1f GiB of %.1f GiB (%.1f free)", d.memory().heapMax() / GIB,
                        d.memory().physical() / GIB, d.memory().physicalFree() / GIB));
        line(text, "kernels", d.backend().name()
                + (d.backend().vectorBits() > 0
                        ? ", vectors of " + d.backend().vectorBits() + " bits"
                        : ", no vectors"));
        d.backend().refusals().forEach(refusal -> line(text, "", refusal));
        line(text, "gpu", (d.gpu().usable() ? "usable: " : "not used: ") + d.gpu().reason());
        if (!d.gpu().reason().equals(d.gpu().driver())) {
            line(text, "  driver", d.gpu().driver());
        }
        d.gpu().devices().forEach(device -> line(text, "  device", device));
        d.gpu().kernels().forEach(kernels -> line(text, "  kernels", kernels));
        line(text, "  cuBLAS", d.gpu().blas());
        line(text, "  JCuda", d.gpu().bindings());
        line(text, "model", d.embeddedModel());
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format("%-10s %s%n", name, value));
    }
}
