/** The {@code lrp4j} command. */
module io.github.lrp4j.cli {
    requires io.github.lrp4j.evaluate;
    requires io.github.lrp4j.explain;
    requires io.github.lrp4j.lrp;
    requires io.github.lrp4j.zoo;
    requires io.github.lrp4j.cuda;
    requires info.picocli;
    requires me.tongfei.progressbar;
    requires com.fasterxml.jackson.databind;
    requires xchart;
    requires java.desktop;
    requires java.management;
    requires jdk.management;

    // Both read annotations, fields and records by reflection.
    opens io.github.lrp4j.cli to info.picocli;
    opens io.github.lrp4j.cli.console to info.picocli;
    opens io.github.lrp4j.cli.doctor to info.picocli, com.fasterxml.jackson.databind;
    opens io.github.lrp4j.cli.explain to info.picocli, com.fasterxml.jackson.databind;
    opens io.github.lrp4j.cli.inspect to info.picocli, com.fasterxml.jackson.databind;
    opens io.github.lrp4j.cli.ledger to com.fasterxml.jackson.databind;
    opens io.github.lrp4j.cli.model to info.picocli;
    opens io.github.lrp4j.cli.train to info.picocli, com.fasterxml.jackson.databind;
}
