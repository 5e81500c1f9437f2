package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.ledger.LedgerDocument;
import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.ledger.LedgerTables;

/** A ledger for the screen. */
final class LedgerListing {
    private static final int DEPTHS = 12;

    private LedgerListing() {
    }

    static String of(ConservationLedger ledger) {
        StringBuilder text = new StringBuilder();
        section(text, "Where the relevance went", LedgerTables.totals(ledger));
        section(text, "Per module", LedgerTables.scopes(ledger.scopes(2)));
        section(text, "Per family of ops", LedgerTables.families(ledger));
        section(text, "Layer by layer, from the output", LedgerTables.drift(ledger, DEPTHS));
        section(text, "The nodes that leak most", LedgerTables.worst(ledger, LedgerDocument.WORST));
        return text.toString();
    }

    private static void section(StringBuilder text, String title, String table) {
        text.append(String.format("%n%s%n%n", title)).append(table);
    }
}
