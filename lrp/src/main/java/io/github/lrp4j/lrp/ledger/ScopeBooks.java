package io.github.lrp4j.lrp.ledger;

import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.ConservationLedger.Ending;
import io.github.lrp4j.lrp.ConservationLedger.Entry;
import io.github.lrp4j.lrp.ConservationLedger.Transfer;
import io.github.lrp4j.lrp.Sink;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The books of a module: {@code in = out + endings + sinks + imbalance}.
 *
 * @param scope module path; empty for nodes outside of all modules, or for the whole graph
 * @param nodes how many nodes in it passed relevance on
 * @param in relevance that came in from other modules, or started here
 * @param out relevance that went on to other modules
 * @param endings what ended at leaves that belong to it, where any did
 * @param sinks what its sinks took, where it is not 0
 * @param imbalance rounding where several contributions were added
 */
public record ScopeBooks(String scope, int nodes, double in, double out, Map<Ending.Kind, Double> endings,
        Map<Sink, Double> sinks, double imbalance) {
    /** What all of its sinks took, created relevance counting as negative. */
    public double leaked() {
        return sinks.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** What ended at all leaves that belong to it. */
    public double ended() {
        return endings.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /**
     * The books of the module at {@code path} with all modules in it; of the whole graph if it is empty.
     *
     * @throws IllegalArgumentException if relevance passed no node there
     */
    public static ScopeBooks of(ConservationLedger ledger, String path) {
        Map<String, Account> accounts = accounts(ledger, scope -> isIn(path, scope) ? path : null);
        if (accounts.isEmpty()) {
            throw new IllegalArgumentException("ledger: relevance passed no node in scope '" + path + "'; there are "
                    + cutAt(ledger, 1).stream().map(ScopeBooks::scope).toList() + " and scopes in them");
        }
        return accounts.get(path).toBooks(path);
    }

    /** The books of all modules whose paths have up to {@code segments} names; deeper ones belong to those. */
    public static List<ScopeBooks> cutAt(ConservationLedger ledger, int segments) {
        List<ScopeBooks> books = new ArrayList<>();
        Map<String, Account> accounts = accounts(ledger, scope -> cut(scope, segments));
        accounts.entrySet().stream().sorted(Map.Entry.comparingByValue((a, b) -> Integer.compare(a.first, b.first)))
                .forEach(account -> books.add(account.getValue().toBooks(account.getKey())));
        return books;
    }

    private static boolean isIn(String path, String scope) {
        return path.isEmpty() || scope.equals(path) || scope.startsWith(path + ".");
    }

    private static String cut(String scope, int segments) {
        int end = -1;
        for (int s = 0; s < segments; s++) {
            end = scope.indexOf('.', end + 1);
            if (end < 0) {
                return scope;
            }
        }
        return end < 0 ? "" : scope.substring(0, end);
    }

    /** @param group the account that a scope belongs to; null for none */
    private static Map<String, Account> accounts(ConservationLedger ledger, Function<String, String> group) {
        Map<String, Account> accounts = new TreeMap<>();
        for (Entry entry : ledger.entries()) {
            String own = group.apply(entry.scope());
            if (own != null) {
                Account account = accounts.computeIfAbsent(own, key -> new Account());
                account.nodes++;
                account.first = Math.min(account.first, entry.index());
                account.imbalance += entry.imbalance();
                entry.sinks().forEach((sink, amount) -> account.sinks.merge(sink, amount, Double::sum));
            }
        }
        for (Ending ending : ledger.endings()) {
            String own = group.apply(ending.scope());
            if (own != null) {
                Account account = accounts.computeIfAbsent(own, key -> new Account());
                account.imbalance += ending.imbalance();
                account.endings.merge(ending.kind(), ending.amount(), Double::sum);
            }
        }
        for (Transfer transfer : ledger.transfers()) {
            String to = group.apply(ledger.scopeOf(transfer.to()));
            String from = transfer.from() == Transfer.OUTSIDE ? null : group.apply(ledger.scopeOf(transfer.from()));
            if (to == null ? from != null : !to.equals(from)) {
                if (to != null) {
                    accounts.get(to).in += transfer.amount();
                }
                if (from != null) {
                    accounts.get(from).out += transfer.amount();
                }
            }
        }
        return accounts;
    }

    private static final class Account {
        private final Map<Ending.Kind, Double> endings = new EnumMap<>(Ending.Kind.class);
        private final Map<Sink, Double> sinks = new EnumMap<>(Sink.class);
        private int first = Integer.MAX_VALUE;
        private int nodes;
        private double in;
        private double out;
        private double imbalance;

        ScopeBooks toBooks(String scope) {
            return new ScopeBooks(scope, nodes, in, out, Collections.unmodifiableMap(endings),
                    Collections.unmodifiableMap(sinks), imbalance);
        }
    }
}
