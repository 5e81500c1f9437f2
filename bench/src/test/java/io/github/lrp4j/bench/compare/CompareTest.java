package io.github.lrp4j.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.bench.Subject;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Start;
import io.github.lrp4j.tensor.Tensor;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CompareTest {
    private static List<String> serve(List<String> orders) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream answers = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            Worker.serve(new BufferedReader(new StringReader(String.join("\n", orders))), answers);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** The same kernel, on as many sizes of a few cells; one in a place where all sizes differ from one is a stride. */
    private static String tiny(Works.Kernel work) {
        String[] sizes = work.sizes().split("x");
        if (work.name().startsWith("conv")) {
            boolean depthwise = !sizes[5].equals("1");
            return "prepare kernel " + work.name() + " 4x9x4x" + sizes[3] + "x" + sizes[4] + "x" + (depthwise ? 4 : 1);
        }
        return "prepare kernel " + work.name() + " "
                + Arrays.stream(sizes).map(size -> size.equals("1") ? "1" : "3").collect(Collectors.joining("x"));
    }

    @Test
    void theWorkerDoesEveryKernel() throws IOException {
        Set<String> orders = new LinkedHashSet<>();
        for (Works.Kernel work : Works.kernels()) {
            orders.add(tiny(work));
        }
        List<String> conversation =
                orders.stream().flatMap(order -> Stream.of(order, "run 2")).toList();

        List<String> answers = serve(conversation);

        assertThat(answers).hasSameSizeAs(conversation);
        for (int i = 0; i < answers.size(); i += 2) {
            assertThat(answers.get(i)).as(conversation.get(i)).isEqualTo("ready");
            assertThat(answers.get(i + 1).split(" ")).hasSize(2)
                    .allSatisfy(seconds -> assertThat(Double.parseDouble(seconds)).isPositive());
        }
    }

    @Test
    void theWorkerKnowsEveryModelAndPreset() {
        Stream.of(Works.models(), Works.presets(), Works.memory()).flatMap(List::stream).forEach(work -> {
            assertThat(ModelJob.named(work.model(), work.what(), work.batch()).batch()).isEqualTo(work.batch());
            assertThat(Subject.isKnown(work.model())).as(work.model()).isTrue();
            assertThat(work.peer()).isIn("forward", "gradient");
        });
        assertThat(Published.all()).allSatisfy(work -> {
            assertThat(ModelJob.named(work.model(), work.preset(), 1).model()).isEqualTo(work.model());
            assertThat(Subject.isKnown(work.model())).as(work.model()).isTrue();
        });
    }

    @Test
    void aModelIsForwardedAndExplained() {
        AtomicInteger recorded = new AtomicInteger();
        Subject small = tape -> {
            recorded.incrementAndGet();
            Value x = tape.input("x", Tensor.of(new double[] {1, -2, 3}, 1, 3));
            Value y = x.matmul(tape.parameter("w", Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2)));
            return new Subject.Recorded(x, List.of(Start.at(y, Seed.top1())));
        };
        for (String what : List.of("forward", "gradient", "epsilon-plus")) {
            ModelJob.named("resnet18", what, 2).on(small).run();
        }

        assertThat(recorded).hasValue(3);
    }

    @Test
    void theWorkerSaysWhatItIs() throws IOException {
        assertThat(serve(List.of("versions", "memory", "dance"))).satisfiesExactly(
                versions -> assertThat(versions).contains("kernels", "threads"),
                memory -> assertThat(Double.parseDouble(memory)).isNotNegative(),
                error -> assertThat(error).isEqualTo("error: no command dance"));
    }

    @Test
    void requestsAreRead() {
        Request request = Request.parse(List.of("rounds=3", "tables=models,presets", "vgg16+gradient", "conv", "--quiet"));

        assertThat(request.rounds()).isEqualTo(3);
        assertThat(request.quiet()).isTrue();
        assertThat(request.tables()).containsExactlyInAnyOrder(Request.Table.MODELS, Request.Table.PRESETS);
        assertThat(request.includes("vgg16 gradient batch 8")).isTrue();
        assertThat(request.includes("vgg16 forward batch 8")).isFalse();
        assertThat(request.includes("conv VGG 64@224")).isTrue();
        assertThat(Request.parse(List.of("tables=all")).tables()).containsExactly(Request.Table.values());
        assertThatThrownBy(() -> Request.parse(List.of("--loud"))).hasMessageContaining("--loud");
    }
}
