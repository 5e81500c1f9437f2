package io.github.lrp4j.autograd.expr;

import static io.github.lrp4j.tensor.testing.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EinsumTest {
    private static final Map<Character, Integer> SIZES =
            Map.of('a', 2, 'b', 3, 'c', 4, 'd', 2, 'i', 3, 'j', 4, 'k', 5, 'l', 2);

    private final Tape tape = new Tape(new ReferenceKernels());

    /** Each equation and the same one with all indices spelled out, which plain loops compute. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"ij,jk->ik; ij,jk->ik", "ij,jk; ij,jk->ik", "ij->ji; ij->ji", "ij->; ij->",
        "ji; ji->ij", "bij , bjk -> bik; bij,bjk->bik", "i,j->ij; i,j->ij", "i,i->; i,i->", "ij,ij->ij; ij,ij->ij",
        "ii->i; ii->i", "ii; ii->", "iji,j->i; iji,j->i", "aba,ab->b; aba,ab->b", "iii->i; iii->i",
        "ijk,jl,kl->il; ijk,jl,kl->il", "ab,cd,ij->ji; ab,cd,ij->ji", "bicj,bick->bcij; bicj,bick->bcij",
        "...ij,...jk->...ik; abij,abjk->abik", "...ij,jk; abij,jk->abik", "i...,i...->...; iab,iab->ab",
        "...i->i...; abi->iab", "...->...; ab->ab", "a...b->ba; aijb->ba", "b...,...->b; bac,ac->b",
        "ij,ik->ijk; ij,ik->ijk"})
    void equalsPlainLoops(String equation, String spelled) {
        String[] inputs = spelled.substring(0, spelled.indexOf("->")).split(",");
        String output = spelled.substring(spelled.indexOf("->") + 2);
        List<Tensor> operands = new ArrayList<>();
        for (int i = 0; i < inputs.length; i++) {
            operands.add(TestTensors.normal(i + 1, DType.F64, shape(inputs[i])));
        }
        Value[] values = operands.stream().map(x -> tape.input("x", x)).toArray(Value[]::new);
        assertClose(Einsum.of(equation, values).tensor(), loops(inputs, output, operands), 1e-12, 1e-13);
    }

    private static Shape shape(String names) {
        return Shape.of(names.chars().map(c -> SIZES.get((char) c)).toArray());
    }

    private static Tensor loops(String[] inputs, String output, List<Tensor> operands) {
        String all = String.join("", inputs).chars().distinct()
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
        Shape shape = shape(output);
        double[] result = new double[shape.arrayLength()];
        int count = shape(all).arrayLength();
        for (int n = 0; n < count; n++) {
            double product = 1;
            for (int i = 0; i < inputs.length; i++) {
                product *= operands.get(i).toDoubleArray()[position(inputs[i], all, n)];
            }
            result[position(output, all, n)] += product;
        }
        return Tensor.of(result, shape);
    }

    /** Row-major position of the cell whose indices are those of the n-th assignment of all names. */
    private static int position(String names, String all, int n) {
        int position = 0;
        for (char name : names.toCharArray()) {
            int rest = n;
            for (int d = all.length() - 1; d > all.indexOf(name); d--) {
                rest /= SIZES.get(all.charAt(d));
            }
            position = position * SIZES.get(name) + rest % SIZES.get(name);
        }
        return position;
    }

    @Test
    void sizesOfOneStretch() {
        Value a = tape.input("a", TestTensors.normal(1, DType.F64, Shape.of(3, 1)));
        Value b = tape.input("b", TestTensors.normal(2, DType.F64, Shape.of(4, 5)));
        Value stretched = a.expand(3, 4);
        assertClose(Einsum.of("ij,jk->ik", a, b).tensor(), stretched.matmul(b).tensor(), 1e-12, 1e-13);
        Value c = tape.input("c", TestTensors.normal(3, DType.F64, Shape.of(1, 2, 3)));
        Value d = tape.input("d", TestTensors.normal(4, DType.F64, Shape.of(4, 3, 2)));
        assertClose(Einsum.of("...ij,...jk->...ik", c, d).tensor(), c.matmul(d).tensor(), 1e-12, 1e-13);
    }

    @Test
    void emptyOperandsGiveEmptyOrZero() {
        Value a = tape.input("a", Tensor.zeros(DType.F64, Shape.of(3, 0)));
        Value b = tape.input("b", Tensor.zeros(DType.F64, Shape.of(0, 2)));
        assertClose(Einsum.of("ij,jk->ik", a, b).tensor(), Tensor.zeros(DType.F64, Shape.of(3, 2)), 0, 0);
        assertClose(Einsum.of("ij,ik->ijk", a, a).tensor(), Tensor.zeros(DType.F64, Shape.of(3, 0, 0)), 0, 0);
    }

    @Test
    void refusesWhatDoesNotFit() {
        Value a = tape.input("a", TestTensors.normal(1, DType.F64, Shape.of(2, 3)));
        for (String equation : List.of("ijk->i", "i->i", "ij,jk->ik", "ij->ik", "ij->ii", "i1->i", "ii->i", "..ij->ij",
                "......ij->ij")) {
            assertThatThrownBy(() -> Einsum.of(equation, a)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("einsum").hasMessageContaining("[2, 3]");
        }
        assertThatThrownBy(() -> Einsum.of("ij,ij->ij", a, a.transpose(0, 1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("two sizes");
    }
}
