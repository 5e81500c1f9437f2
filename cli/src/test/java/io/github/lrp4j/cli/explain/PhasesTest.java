package io.github.lrp4j.cli.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class PhasesTest {
    @Test
    void partsFollowOneAnotherFromTheStartOn() {
        Instant start = Instant.ofEpochSecond(1_000);
        Phases phases = new Phases(start);
        phases.ends("start", start.plusMillis(600));
        phases.ends("reading", start.plusMillis(1_000));
        phases.ends("explanation", start.plusMillis(2_900));
        assertEquals("2.90 s since the start of the process (start 0.60, reading 0.40, explanation 1.90)",
                phases.summary());
    }
}
