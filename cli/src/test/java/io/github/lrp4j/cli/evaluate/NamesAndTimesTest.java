package io.github.lrp4j.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NamesAndTimesTest {
    @Test
    void timesInWords() {
        assertThat(Pace.inWords(59.6)).isEqualTo("1:00");
        assertThat(Pace.inWords(3)).isEqualTo("0:03");
        assertThat(Pace.inWords(7384)).isEqualTo("2:03:04");
    }

    @Test
    void gammasAreReadFromNames() {
        assertThat(GammaName.parse("dynamic-lrp-gamma:130:0.001"))
                .contains(new GammaName(GammaName.Preset.DYNAMIC_LRP_GAMMA, 130, 0.001));
        assertThat(GammaName.parse("attn-lrp-gamma:1e2:1e-3"))
                .contains(new GammaName(GammaName.Preset.ATTN_LRP_GAMMA, 100, 0.001));
        assertThat(GammaName.parse("dynamic-lrp-gamma:1")).isEmpty();
        assertThat(GammaName.parse("dynamic-lrp:1:2")).isEmpty();
    }
}
