package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.op.BatchNorm;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which bias additions and batch norms each linear op of a graph takes in.
 *
 * @param choices the choices of the table, with those of merged neighbours as merging makes them
 * @param groups per node the group of the linear op there, or of the batch norm there whose shift takes a share
 * @param takenBy per node the linear op that it was merged into, or -1
 */
record Merging(List<RuleTable.Choice> choices, List<Optional<Group>> groups, List<Integer> takenBy) {
    static final int NONE = -1;

    /**
     * A linear op and the neighbours that count as part of it.
     *
     * @param linear the op
     * @param before the batch norm that makes its input, or -1
     * @param after bias additions and batch norms that follow, in forward order
     * @param sharing the batch norm among them whose shift takes a share of its own, or -1
     */
    record Group(int linear, int before, List<Integer> after, int sharing) {
        /** The batch norms. */
        IntStream norms(Graph graph) {
            IntStream following =
                    after.stream().mapToInt(Integer::intValue).filter(n -> graph.node(n).op() instanceof BatchNorm);
            return before < 0 ? following : IntStream.concat(IntStream.of(before), following);
        }

        Group behind(int norm) {
            return new Group(linear, norm, after, sharing);
        }
    }

    /** Copies. */
    Merging {
        choices = List.copyOf(choices);
        groups = List.copyOf(groups);
        takenBy = List.copyOf(takenBy);
    }

    /** The group of the linear op at {@code index}, or of the batch norm there whose shift takes a share. */
    Optional<Group> at(int index) {
        return groups.get(index);
    }

    /** What the rule at {@code index} reads, given what it would read if nothing were merged. */
    Needs needs(int index, Needs own) {
        Group group = groups.get(index).orElse(null);
        if (group != null && group.linear() == index) {
            boolean output = own.output() || group.sharing() >= 0;
            boolean reads = output || !own.operands().isEmpty();
            return group.before() >= 0
                    ? new Needs(reads ? List.of(1) : List.of(), false)
                    : new Needs(own.operands(), output);
        }
        boolean inFront = takenBy.get(index) > index;
        return inFront ? new Needs(List.of(BatchNorm.X), false) : own;
    }

    /** Nodes whose values the rule of a linear op at {@code index} reads for the neighbours that it took in. */
    IntStream alsoReads(Graph graph, int index) {
        Group group = groups.get(index).filter(found -> found.linear() == index).orElse(null);
        if (group == null) {
            return IntStream.empty();
        }
        IntStream members = group.after().stream().mapToInt(Integer::intValue);
        return (group.before() < 0 ? members : IntStream.concat(IntStream.of(group.before()), members))
                .flatMap(member -> IntStream.range(1, graph.node(member).operands().size())
                        .map(i -> graph.producer(member, i)))
                .filter(producer -> producer >= 0);
    }
}
