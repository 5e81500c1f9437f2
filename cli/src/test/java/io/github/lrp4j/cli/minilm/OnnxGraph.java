package io.github.lrp4j.cli.minilm;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Weights;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The float32 weights of an ONNX file, and the nodes that read them.
 *
 * @param weights initialisers by name
 * @param nodes in the order of the file
 */
record OnnxGraph(Map<String, Tensor> weights, List<Node> nodes) {
    /** {@code ModelProto.graph}. */
    private static final int GRAPH = 7;
    /** {@code GraphProto.node, GraphProto.initializer}. */
    private static final int NODE = 1;
    private static final int INITIALIZER = 5;
    /** {@code TensorProto.dims, data_type, name, raw_data}, and the data type of float32. */
    private static final int DIMS = 1;
    private static final int DATA_TYPE = 2;
    private static final int TENSOR_NAME = 8;
    private static final int RAW_DATA = 9;
    private static final long FLOAT = 1;
    /** {@code NodeProto.input, name, op_type}. */
    private static final int INPUT = 1;
    private static final int NODE_NAME = 3;
    private static final int OP_TYPE = 4;

    private static final String PRODUCT = "/MatMul";

    /**
     * An op.
     *
     * @param name path of the module that it comes from, with the op: {@code /encoder/layer.0/output/dense/MatMul}
     * @param type the op
     * @param inputs names of what it reads
     */
    record Node(String name, String type, List<String> inputs) {
    }

    static OnnxGraph read(ByteBuffer model) {
        ProtobufMessage graph = ProtobufMessage.read(model).one(GRAPH).message();
        Map<String, Tensor> weights = new LinkedHashMap<>();
        for (ProtobufMessage.Field field : graph.all(INITIALIZER)) {
            ProtobufMessage tensor = field.message();
            if (tensor.one(DATA_TYPE).integer() == FLOAT) {
                weights.put(tensor.one(TENSOR_NAME).text(), tensor(tensor));
            }
        }
        List<Node> nodes = graph.all(NODE).stream().map(ProtobufMessage.Field::message)
                .map(node -> new Node(node.one(NODE_NAME).text(), node.one(OP_TYPE).text(),
                        node.all(INPUT).stream().map(ProtobufMessage.Field::text).toList()))
                .toList();
        return new OnnxGraph(weights, nodes);
    }

    private static Tensor tensor(ProtobufMessage tensor) {
        int[] shape = tensor.all(DIMS).stream().flatMap(dims -> dims.integers().stream())
                .mapToInt(Math::toIntExact).toArray();
        ByteBuffer data = tensor.one(RAW_DATA).bytes();
        float[] values = new float[data.remaining() / Float.BYTES];
        data.asFloatBuffer().get(values);
        return Tensor.of(values, shape);
    }

    /**
     * The weights under the keys of the modules. The exporter keeps the name of what it stores as it is; the matrix of a
     * linear layer it transposes to {@code [in, out]} and calls {@code onnx::MatMul_787}, and only the node that reads it
     * still says whose it is.
     */
    Weights byModule(String name) {
        Map<String, Tensor> named = new LinkedHashMap<>(weights);
        for (Node node : nodes) {
            if (node.type().equals("MatMul") && weights.containsKey(node.inputs().getLast())) {
                String module = node.name().substring(1, node.name().length() - PRODUCT.length()).replace('/', '.');
                named.put(module + ".weight", named.remove(node.inputs().getLast()).transpose(0, 1).contiguous());
            }
        }
        return Weights.of(name, named, Map.of());
    }
}
