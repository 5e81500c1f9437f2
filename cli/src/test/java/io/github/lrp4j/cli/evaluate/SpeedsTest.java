package io.github.lrp4j.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpeedsTest {
    @TempDir
    private Path folder;

    /** A method's first batch of a process says nothing of its speed, but does of its memory. */
    @Test
    void firstBatchesAreLeftOutOfTheRateWhereThereAreOthers() {
        Speeds speeds = new Speeds(folder);
        speeds.add("slow", new Speeds.Speed(4, 40, 900));
        speeds.add("slow", new Speeds.Speed(4, 2, 100));
        speeds.add("slow", new Speeds.Speed(2, 1, 200));
        speeds.add("once", new Speeds.Speed(3, 6, 50));
        Speeds resumed = new Speeds(folder);
        resumed.add("slow", new Speeds.Speed(4, 30, 300));
        resumed.add("slow", new Speeds.Speed(2, 1, 300));

        Map<String, Speeds.Speed> read = resumed.read();

        assertThat(read.keySet()).containsExactly("slow", "once");
        assertThat(read.get("slow")).isEqualTo(new Speeds.Speed(8, 4, 900));
        assertThat(read.get("slow").rate()).isEqualTo(2);
        assertThat(read.get("once")).isEqualTo(new Speeds.Speed(3, 6, 50));
    }

    @Test
    void linesThatWereCutShortArePassedOver() throws IOException {
        Speeds speeds = new Speeds(folder);
        assertThat(speeds.read()).isEmpty();
        speeds.add("method", new Speeds.Speed(1, 1, 1));
        Files.writeString(folder.resolve(Speeds.NAME), "{\"method\":\"met", StandardOpenOption.APPEND);

        assertThat(speeds.read()).containsOnlyKeys("method");
    }
}
