package io.github.lrp4j.cli.ledger;

import io.github.lrp4j.explain.picture.Png;
import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.ConservationLedger.Ending;
import io.github.lrp4j.lrp.Sink;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A ledger as a picture: above, how the seed is used up, account by account; below, what is left of it layer by layer.
 *
 * <p>Colours are Okabe and Ito's, which colour-blind readers can tell apart.
 */
public final class LedgerPicture {
    /** Width of the picture in pixels. */
    public static final int WIDTH = 1000;

    private static final Color SEED = new Color(0x59626e);
    private static final Color INPUTS = new Color(0x0072b2);
    private static final Color PARAMETERS = new Color(0xe69f00);
    private static final Color SINKS = new Color(0xd55e00);
    private static final int ROW = 30;
    private static final int TOP = 84;
    private static final int DRIFT_HEIGHT = 400;

    /**
     * A row of the upper chart.
     *
     * @param name of the account
     * @param amount what it got
     * @param color of its kind
     */
    private record Account(String name, double amount, Color color) {
    }

    private LedgerPicture() {
    }

    /** Height of the picture of this ledger in pixels. */
    public static int height(ConservationLedger ledger) {
        return upper(accounts(ledger)) + DRIFT_HEIGHT;
    }

    private static int upper(List<Account> accounts) {
        return TOP + (accounts.size() + 1) * ROW + 34;
    }

    /** The PNG file. */
    public static byte[] png(ConservationLedger ledger) {
        List<Account> accounts = accounts(ledger);
        int upper = upper(accounts);
        try (Canvas canvas = new Canvas(WIDTH, height(ledger))) {
            drawAccounts(canvas, ledger, accounts);
            new DriftChart(canvas, ledger).draw(upper, DRIFT_HEIGHT, INPUTS, PARAMETERS, SINKS);
            return Png.encode(canvas.image());
        }
    }

    /** What took from the seed: the sinks, the largest first, then parameters, then inputs, which get what is left. */
    private static List<Account> accounts(ConservationLedger ledger) {
        List<Account> accounts = new ArrayList<>();
        for (Sink sink : Sink.values()) {
            if (ledger.at(sink) != 0) {
                accounts.add(new Account(sink.label(), ledger.at(sink), SINKS));
            }
        }
        accounts.sort(Comparator.comparingDouble((Account account) -> -Math.abs(account.amount)));
        for (Ending.Kind kind : Ending.Kind.values()) {
            if (kind != Ending.Kind.INPUT && ledger.at(kind) != 0) {
                accounts.add(new Account(kind.label(), ledger.at(kind), PARAMETERS));
            }
        }
        accounts.add(new Account(Ending.Kind.INPUT.label(), ledger.at(Ending.Kind.INPUT), INPUTS));
        return accounts;
    }

    private static void drawAccounts(Canvas canvas, ConservationLedger ledger, List<Account> accounts) {
        canvas.text("Where the relevance went", 24, 36, 0, Canvas.INK, 20, true);
        canvas.text("Each account takes its part of what is left, from the seed down to the inputs.", 24, 60, 0,
                Canvas.SOFT, 13, false);
        double low = Math.min(0, ledger.seed());
        double high = Math.max(0, ledger.seed());
        double left = ledger.seed();
        for (Account account : accounts) {
            left -= account.amount;
            low = Math.min(low, left);
            high = Math.max(high, left);
        }
        if (!Double.isFinite(low) || !Double.isFinite(high)) {
            canvas.text("The books hold amounts that are not finite.", 24, TOP + ROW, 0, SINKS, 14, true);
            return;
        }
        Axis axis = Axis.of(low, high, 190, WIDTH - 220.0, 8);
        double bottom = TOP + (accounts.size() + 1) * (double) ROW;
        for (double tick : axis.ticks()) {
            canvas.line(axis.at(tick), TOP - 6, axis.at(tick), bottom, tick == 0 ? Canvas.SOFT : Canvas.LINE, 1);
            canvas.text(axis.label(tick), axis.at(tick), bottom + 16, 0.5, Canvas.SOFT, 12, false);
        }
        row(canvas, axis, 0, new Account("seed", ledger.seed(), SEED), 0, ledger);
        left = ledger.seed();
        for (int i = 0; i < accounts.size(); i++) {
            double y = TOP + (i + 1) * (double) ROW;
            canvas.line(axis.at(left), y - 8, axis.at(left), y + 4, Canvas.SOFT, 1);
            left -= accounts.get(i).amount;
            row(canvas, axis, i + 1, accounts.get(i), left, ledger);
        }
    }

    private static void row(Canvas canvas, Axis axis, int row, Account account, double from,
            ConservationLedger ledger) {
        double y = TOP + row * (double) ROW;
        canvas.text(account.name, 176, y + 17, 1, Canvas.INK, 14, row == 0);
        canvas.bar(axis.at(from), axis.at(from + account.amount), y + 3, ROW - 11.0, account.color);
        canvas.text(number(account.amount), WIDTH - 110.0, y + 17, 1, Canvas.INK, 14, row == 0);
        if (ledger.seed() != 0) {
            canvas.text(percent(account.amount / ledger.seed()), WIDTH - 24.0, y + 17, 1, Canvas.SOFT, 14, false);
        }
    }

    /** An amount in four digits. */
    static String number(double value) {
        return value == 0 ? "0" : String.format(Locale.ROOT, "%.4g", value);
    }

    /** A share in percent. */
    static String percent(double share) {
        double percent = 100 * share;
        if (percent != 0 && Math.abs(percent) < 0.01) {
            return "< 0.01 %";
        }
        return Math.abs(percent) < 1e5
                ? String.format(Locale.ROOT, "%.2f %%", percent)
                : String.format(Locale.ROOT, "%.1e %%", percent);
    }
}
