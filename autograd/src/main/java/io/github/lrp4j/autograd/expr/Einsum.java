package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * {@code y[out] = sum over all other indices of prod_i x_i[in_i]}: sums of products in Einstein's notation.
 *
 * <p>An equation is {@code in,in,...->out} with a letter per dimension; without an arrow the letters that occur once are
 * the output, in order. {@code ...} stands for any further dimensions, which broadcast. A letter twice in one operand takes
 * its diagonal; sizes of 1 stretch. Operands are taken from the left, two at a time: recorded as permutations, views, sums,
 * and a matrix product, or an elementwise product where nothing is summed.
 */
public final class Einsum {
    /** A value with one name per dimension: a letter, or a negative number for a dimension of the ellipsis. */
    private record Term(Value value, List<Integer> names) {
        int size(int name) {
            return value.shape().size(names.indexOf(name));
        }
    }

    private final String equation;
    private final List<List<Integer>> inputs = new ArrayList<>();
    private final List<Integer> output = new ArrayList<>();

    private Einsum(String equation, Value... operands) {
        this.equation = equation;
        String text = equation.replace(" ", "");
        int arrow = text.indexOf("->");
        String[] parts = (arrow < 0 ? text : text.substring(0, arrow)).split(",", -1);
        if (parts.length != operands.length) {
            throw wrong("names " + parts.length + " operands", operands);
        }
        int ellipsis = 0;
        for (int i = 0; i < parts.length; i++) {
            List<Integer> names = names(parts[i], operands[i].shape().rank(), operands);
            ellipsis = Math.max(ellipsis, (int) names.stream().filter(name -> name < 0).count());
            inputs.add(names);
        }
        if (arrow >= 0) {
            output.addAll(names(text.substring(arrow + 2), -1 - ellipsis, operands));
        } else {
            implicitOutput(ellipsis);
        }
        Set<Integer> known = new HashSet<>();
        inputs.forEach(known::addAll);
        if (!known.containsAll(output) || new HashSet<>(output).size() != output.size()) {
            throw wrong("has an output index that is no input index, or one that occurs twice", operands);
        }
    }

    private void implicitOutput(int ellipsis) {
        Map<Integer, Integer> counts = new TreeMap<>();
        inputs.forEach(names -> names.forEach(name -> counts.merge(name, 1, Integer::sum)));
        for (int d = ellipsis; d > 0; d--) {
            output.add(-d);
        }
        counts.forEach((name, count) -> {
            if (name > 0 && count == 1) {
                output.add(name);
            }
        });
    }

    /**
     * Names of the dimensions of one operand.
     *
     * @param rank its rank; or, for the output, {@code -1 - size of the ellipsis}
     */
    private List<Integer> names(String part, int rank, Value... operands) {
        String letters = part.replace("...", "");
        boolean open = letters.length() + 3 == part.length();
        boolean wellFormed = letters.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z');
        int rest = rank < 0 ? -1 - rank : rank - letters.length();
        if (!wellFormed || !open && part.contains(".") || rest < 0 || rank >= 0 && !open && rest != 0) {
            throw wrong("does not fit in '" + part + "'", operands);
        }
        List<Integer> names = new ArrayList<>();
        int at = open ? part.indexOf("...") : part.length();
        part.substring(0, at).chars().forEach(names::add);
        for (int d = open ? rest : 0; d > 0; d--) {
            names.add(-d);
        }
        part.substring(Math.min(part.length(), at + 3)).chars().forEach(names::add);
        return names;
    }

    private IllegalArgumentException wrong(String what, Value... operands) {
        return new IllegalArgumentException("einsum: '" + equation + "' " + what + ", operands "
                + Arrays.stream(operands).map(x -> x.shape().toString()).toList());
    }

    /**
     * The value of an equation.
     *
     * @throws IllegalArgumentException naming the equation and the shapes if they do not fit
     */
    public static Value of(String equation, Value... operands) {
        if (operands.length == 0) {
            throw new IllegalArgumentException("einsum: '" + equation + "' without operands");
        }
        return new Einsum(equation, operands).value(operands);
    }

    private Value value(Value... operands) {
        List<Term> terms = new ArrayList<>();
        for (int i = 0; i < operands.length; i++) {
            terms.add(withoutRepeats(new Term(operands[i], inputs.get(i)), operands));
        }
        Map<Integer, Integer> sizes = new HashMap<>();
        for (Term term : terms) {
            for (int name : term.names()) {
                int size = term.size(name);
                int known = sizes.merge(name, size, (a, b) -> a == 1 ? b : a);
                if (size != 1 && size != known) {
                    throw wrong("gives an index two sizes, " + known + " and " + size, operands);
                }
            }
        }
        terms.replaceAll(term -> withoutStretched(term, sizes));
        Term result = terms.get(0);
        for (int i = 1; i < terms.size(); i++) {
            Set<Integer> needed = new HashSet<>(output);
            terms.subList(i + 1, terms.size()).forEach(later -> needed.addAll(later.names()));
            result = product(result, terms.get(i), needed);
        }
        result = summed(result, new HashSet<>(output));
        return ordered(result, output);
    }

    /** A name that occurs twice keeps its diagonal: of n x n cells in a row, each (n + 1)-th. */
    private Term withoutRepeats(Term term, Value... operands) {
        Term rest = term;
        while (new HashSet<>(rest.names()).size() < rest.names().size()) {
            List<Integer> names = rest.names();
            int first = 0;
            while (names.lastIndexOf(names.get(first)) == first) {
                first++;
            }
            int name = names.get(first);
            int second = first + 1 + names.subList(first + 1, names.size()).indexOf(name);
            int n = rest.value().shape().size(first);
            if (rest.value().shape().size(second) != n) {
                throw wrong("takes a diagonal of unequal sizes", operands);
            }
            List<Integer> order = new ArrayList<>();
            for (int d = 0; d < names.size(); d++) {
                if (d != first && d != second) {
                    order.add(d);
                }
            }
            List<Integer> left = new ArrayList<>(order.stream().map(names::get).toList());
            order.add(first);
            order.add(second);
            Value moved = rest.value().permute(order.stream().mapToInt(Integer::intValue).toArray());
            Value line = moved.reshape(moved.shape().without(-1).with(-1, n * n));
            left.add(name);
            rest = new Term(line.slice(-1, 0, n * n, n + 1), left);
        }
        return rest;
    }

    /** Without the dimensions of size 1 that another operand stretches. */
    private static Term withoutStretched(Term term, Map<Integer, Integer> sizes) {
        List<Integer> kept = new ArrayList<>();
        Shape shape = term.value().shape();
        for (int d = term.names().size() - 1; d >= 0; d--) {
            int name = term.names().get(d);
            if (shape.size(d) == 1 && sizes.get(name) != 1) {
                shape = shape.without(d);
            } else {
                kept.add(0, name);
            }
        }
        return shape.equals(term.value().shape()) ? term : new Term(term.value().reshape(shape), kept);
    }

    /** Summed over what nobody needs. */
    private static Term summed(Term term, Set<Integer> needed) {
        List<Integer> dims = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        for (int d = 0; d < term.names().size(); d++) {
            if (needed.contains(term.names().get(d))) {
                kept.add(term.names().get(d));
            } else {
                dims.add(d);
            }
        }
        return dims.isEmpty() ? term : new Term(term.value().sum(dims, false), kept);
    }

    private static Term product(Term a, Term b, Set<Integer> needed) {
        Set<Integer> forA = new HashSet<>(needed);
        forA.addAll(b.names());
        Set<Integer> forB = new HashSet<>(needed);
        forB.addAll(a.names());
        Term left = summed(a, forA);
        Term right = summed(b, forB);
        List<Integer> batch = new ArrayList<>();
        List<Integer> contracted = new ArrayList<>();
        List<Integer> onlyLeft = new ArrayList<>();
        for (int name : left.names()) {
            (right.names().contains(name) ? needed.contains(name) ? batch : contracted : onlyLeft).add(name);
        }
        List<Integer> onlyRight = new ArrayList<>(right.names());
        onlyRight.removeAll(left.names());
        List<Integer> names = new ArrayList<>(batch);
        names.addAll(onlyLeft);
        names.addAll(onlyRight);
        if (contracted.isEmpty()) {
            Value x = ordered(left, joined(batch, onlyLeft));
            Value y = ordered(right, joined(batch, onlyRight));
            int[] sizes = Arrays.copyOf(x.shape().toArray(), names.size());
            Arrays.fill(sizes, x.shape().rank(), sizes.length, 1);
            int[] other = new int[names.size()];
            Arrays.fill(other, 1);
            System.arraycopy(y.shape().toArray(), 0, other, 0, batch.size());
            System.arraycopy(y.shape().toArray(), batch.size(), other, batch.size() + onlyLeft.size(),
                    onlyRight.size());
            return new Term(seen(x, sizes).mul(seen(y, other)), names);
        }
        Value x = ordered(left, joined(batch, onlyLeft, contracted));
        Value y = ordered(right, joined(batch, contracted, onlyRight));
        int[] lead = Arrays.copyOf(x.shape().toArray(), batch.size());
        int depth = cells(left, contracted);
        Value product = seen(x, matrices(lead, cells(left, onlyLeft), depth))
                .matmul(seen(y, matrices(lead, depth, cells(right, onlyRight))));
        int[] sizes = new int[names.size()];
        for (int d = 0; d < sizes.length; d++) {
            int name = names.get(d);
            sizes[d] = left.names().contains(name) ? left.size(name) : right.size(name);
        }
        return new Term(seen(product, sizes), names);
    }

    @SafeVarargs
    private static List<Integer> joined(List<Integer>... parts) {
        return Arrays.stream(parts).flatMap(List::stream).toList();
    }

    private static int cells(Term term, List<Integer> names) {
        return names.stream().map(term::size).reduce(1, Math::multiplyExact);
    }

    private static int[] matrices(int[] lead, int rows, int columns) {
        int[] sizes = Arrays.copyOf(lead, lead.length + 2);
        sizes[lead.length] = rows;
        sizes[lead.length + 1] = columns;
        return sizes;
    }

    private static Value seen(Value x, int... sizes) {
        Shape shape = Shape.of(sizes);
        return x.shape().equals(shape) ? x : x.reshape(shape);
    }

    private static Value ordered(Term term, List<Integer> names) {
        if (term.names().equals(names)) {
            return term.value();
        }
        return term.value().permute(names.stream().mapToInt(term.names()::indexOf).toArray());
    }
}
