package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.CumSum;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Running sums and products along a dimension. */
public final class Scan {
    private Scan() {
    }

    /** {@code y_i = sum_{j <= i} x_j} along {@code dim}. */
    public static Value cumulativeSum(Value x, int dim) {
        return x.tape().apply(new CumSum(x.axis("cumsum", dim)), x);
    }

    /** {@code y_i = prod_{j <= i} x_j} along {@code dim}: a chain of products, one per entry. */
    public static Value cumulativeProduct(Value x, int dim) {
        if (x.shape().size(x.axis("cumprod", dim)) == 0) {
            return x;
        }
        List<Value> products = new ArrayList<>();
        for (Value entry : x.unbind(dim)) {
            products.add(products.isEmpty() ? entry : products.getLast().mul(entry));
        }
        return Value.stack(dim, products.toArray(Value[]::new));
    }

    /** {@code y = prod x} along {@code dim}: a chain of products, one per entry; 1 for nothing. */
    public static Value product(Value x, int dim, boolean keepDim) {
        int axis = x.axis("prod", dim);
        Value product = null;
        if (x.shape().size(axis) == 0) {
            return x.tape().constant(Tensor.full(1, x.tensor().dtype(), x.shape().reduced(List.of(axis), keepDim)));
        }
        for (Value entry : x.unbind(axis)) {
            product = product == null ? entry : product.mul(entry);
        }
        return keepDim ? product.unsqueeze(axis) : product;
    }
}
