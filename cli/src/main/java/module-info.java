/** The {@code lrp4j} command. */
module io.github.lrp4j.cli {
    requires io.github.lrp4j.lrp;
    requires io.github.lrp4j.zoo;
    requires io.github.lrp4j.cuda;
    requires info.picocli;
    requires me.tongfei.progressbar;
    requires com.fasterxml.jackson.databind;
    requires xchart;
}
