"""Makes ops.*, cnn.*, saved_model, sliced.ckpt.* and shards.ckpt.* with TensorFlow (tensorflow-cpu
2.21).

ops.pb holds one node or a few for each op that deft imports, of constants; ops.npz what TensorFlow
computes of them. cnn.pb is a convolutional network that trains; cnn.npz what it starts from and
arrives at.
"""
import sys

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
v1.disable_eager_execution()
folder = sys.argv[1]
rng = np.random.default_rng(7)


def numbers(*shape, low=-2.0, high=2.0, dtype=np.float32):
    return rng.uniform(low, high, shape).astype(dtype)


def write_ops():
    raw = tf.raw_ops
    results = {}

    def add(name, value):
        values = list(value) if isinstance(value, (list, tuple)) else [value]
        for i, one in enumerate(values):
            results[f"{name}_{i}"] = tf.identity(one, name=f"out/{name}_{i}")

    with v1.Graph().as_default() as graph:
        c = lambda v: tf.constant(v)
        x = c(numbers(3, 4))
        y = c(numbers(3, 4))
        positive = c(numbers(3, 4, low=0.2, high=3.0))
        unit = c(numbers(3, 4, low=-0.9, high=0.9))
        row = c(numbers(4))
        i = c(np.array([[7, -7, 3], [5, -2, 9]], np.int32))
        j = c(np.array([[2, 2, -2], [-3, 4, 5]], np.int32))
        cube = c(numbers(2, 3, 4))
        for name in ["Abs", "Ceil", "Cos", "Cosh", "Erf", "Erfc", "Exp", "Expm1", "Floor", "Neg",
                     "Rint", "Round", "Sigmoid", "Sign", "Sin", "Sinh", "Square", "Tan", "Tanh",
                     "Atan", "Asinh", "IsNan", "IsInf", "IsFinite", "Reciprocal", "Inv"]:
            add(name, getattr(raw, name)(x=x))
        for name in ["Elu", "Relu", "Relu6", "Selu", "Softplus", "Softsign"]:
            add(name, getattr(raw, name)(features=x * 3))
        for name in ["Sqrt", "Rsqrt", "Log", "Log1p"]:
            add(name, getattr(raw, name)(x=positive))
        for name in ["Asin", "Acos", "Atanh"]:
            add(name, getattr(raw, name)(x=unit))
        add("Acosh", raw.Acosh(x=positive + 1))
        add("LeakyRelu", raw.LeakyRelu(features=x, alpha=0.1))
        for name in ["Add", "AddV2", "Sub", "Mul", "RealDiv", "Div", "Maximum", "Minimum",
                     "SquaredDifference", "FloorDiv", "FloorMod", "Equal", "NotEqual", "Less",
                     "LessEqual", "Greater", "GreaterEqual"]:
            add(name, getattr(raw, name)(x=x, y=row))
        for name in ["Add", "AddV2", "Sub", "Mul", "Div", "Maximum", "FloorDiv", "FloorMod", "Mod",
                     "TruncateDiv", "TruncateMod", "Equal", "Less"]:
            add(name + "_int", getattr(raw, name)(x=i, y=j))
        add("Pow", raw.Pow(x=positive, y=y))
        add("Atan2", raw.Atan2(y=x, x=y))
        add("DivNoNan", raw.DivNoNan(x=x, y=c(np.array([0, 1, 2, 0], np.float32))))
        a = raw.Greater(x=x, y=0.0)
        b = raw.Less(x=y, y=0.5)
        add("LogicalAnd", raw.LogicalAnd(x=a, y=b))
        add("LogicalOr", raw.LogicalOr(x=a, y=b))
        add("LogicalNot", raw.LogicalNot(x=a))
        add("Select", raw.Select(condition=a, x=x, y=y))
        add("Select_rows", raw.Select(condition=c(np.array([True, False, True])), x=x, y=y))
        add("SelectV2", raw.SelectV2(condition=b, t=x, e=row))
        add("ClipByValue", raw.ClipByValue(t=x, clip_value_min=-0.5, clip_value_max=0.75))
        add("AddN", raw.AddN(inputs=[x, y, positive]))
        add("L2Loss", raw.L2Loss(t=x))
        add("Cast_int", raw.Cast(x=x * 10, DstT=tf.int32))
        add("Cast_bool", raw.Cast(x=a, DstT=tf.float32))
        add("Cast_f64", raw.Cast(x=x, DstT=tf.float64))
        add("MatMul", raw.MatMul(a=x, b=y, transpose_b=True))
        add("MatMul_a", raw.MatMul(a=x, b=y, transpose_a=True))
        for name in ["BatchMatMul", "BatchMatMulV2"]:
            add(name, getattr(raw, name)(x=cube, y=cube, adj_y=True))
        # Gradients, of results or operands.
        for name in ["SigmoidGrad", "TanhGrad", "SqrtGrad", "RsqrtGrad", "InvGrad",
                     "ReciprocalGrad"]:
            add(name, getattr(raw, name)(y=positive, dy=x))
        for name in ["ReluGrad", "Relu6Grad", "SoftplusGrad", "SoftsignGrad"]:
            add(name, getattr(raw, name)(gradients=x, features=y * 4))
        add("LeakyReluGrad", raw.LeakyReluGrad(gradients=x, features=y, alpha=0.1))
        add("EluGrad", raw.EluGrad(gradients=x, outputs=raw.Elu(features=y)))
        # Reductions.
        for name in ["Sum", "Mean", "Prod", "Max", "Min"]:
            add(name, getattr(raw, name)(input=cube, axis=[0, 2]))
            add(name + "_keep", getattr(raw, name)(input=cube, axis=[1], keep_dims=True))
            add(name + "_none", getattr(raw, name)(input=cube, axis=np.array([], np.int32)))
        add("Any", raw.Any(input=a, axis=[0]))
        add("All", raw.All(input=a, axis=[1]))
        add("ArgMax", raw.ArgMax(input=cube, dimension=1))
        add("ArgMin", raw.ArgMin(input=cube, dimension=-1, output_type=tf.int32))
        add("Cumsum", raw.Cumsum(x=cube, axis=1, exclusive=True, reverse=True))
        add("TopKV2", raw.TopKV2(input=cube, k=2))
        # Shapes.
        add("Shape", raw.Shape(input=cube, out_type=tf.int64))
        add("ShapeN", raw.ShapeN(input=[cube, x]))
        add("Size", raw.Size(input=cube))
        add("Rank", raw.Rank(input=cube))
        add("Range", raw.Range(start=2, limit=11, delta=3))
        add("Range_f", raw.Range(start=0.5, limit=2.25, delta=0.5))
        add("BroadcastGradientArgs",
            raw.BroadcastGradientArgs(s0=raw.Shape(input=x), s1=raw.Shape(input=row)))
        add("BroadcastGradientArgs_ones", raw.BroadcastGradientArgs(s0=[1, 4, 1], s1=[3, 1, 1]))
        add("InvertPermutation", raw.InvertPermutation(x=[2, 0, 1]))
        add("ConcatOffset", raw.ConcatOffset(concat_dim=1, shape=[[2, 3], [2, 5], [2, 1]]))
        add("DynamicStitch", raw.DynamicStitch(indices=[[0, 1, 2], [1]], data=[[7, 8, 9], [1]]))
        # Movement.
        add("Reshape", raw.Reshape(tensor=cube, shape=[4, -1]))
        add("ExpandDims", raw.ExpandDims(input=x, axis=-1))
        add("Squeeze", raw.Squeeze(input=raw.ExpandDims(input=x, axis=1), axis=[1]))
        add("Transpose", raw.Transpose(x=cube, perm=[2, 0, 1]))
        add("ConcatV2", raw.ConcatV2(values=[x, y], axis=1))
        add("Concat", raw.Concat(concat_dim=0, values=[x, y]))
        add("Pack", raw.Pack(values=[x, y], axis=1))
        add("Unpack", raw.Unpack(value=cube, num=3, axis=1))
        add("Split", raw.Split(axis=2, value=cube, num_split=2))
        add("SplitV", raw.SplitV(value=cube, size_splits=[1, -1], axis=2, num_split=2))
        add("Tile", raw.Tile(input=x, multiples=[2, 3]))
        add("Fill", raw.Fill(dims=[2, 3], value=1.5))
        add("BroadcastTo", raw.BroadcastTo(input=row, shape=[3, 4]))
        add("ZerosLike", raw.ZerosLike(x=x))
        add("OnesLike", raw.OnesLike(x=i))
        add("ReverseV2", raw.ReverseV2(tensor=cube, axis=[0, -1]))
        add("IdentityN", raw.IdentityN(input=[x, i]))
        add("StopGradient", raw.StopGradient(input=x))
        add("PreventGradient", raw.PreventGradient(input=x))
        add("CheckNumerics", raw.CheckNumerics(tensor=x, message="bad"))
        add("Slice", raw.Slice(input=cube, begin=[0, 1, 0], size=[1, -1, 3]))
        for k, part in enumerate([cube[1], cube[:, ::-1], cube[..., 1:3], cube[0, :, tf.newaxis, 2],
                                  cube[-1, ..., -1], cube[:, 1:, :2], cube[tf.newaxis, 0, ..., 3]]):
            add(f"StridedSlice{k}", part)
            add(f"StridedSliceGrad{k}", tf.gradients(part * 2, cube)[0])
        add("Pad", raw.Pad(input=x, paddings=[[1, 0], [2, 1]]))
        add("PadV2", raw.PadV2(input=x, paddings=[[1, 0], [2, 1]], constant_values=3.5))
        add("MirrorPad", raw.MirrorPad(input=x, paddings=[[1, 1], [2, 1]], mode="REFLECT"))
        add("MirrorPad_s", raw.MirrorPad(input=x, paddings=[[1, 1], [2, 1]], mode="SYMMETRIC"))
        add("Gather", raw.Gather(params=x, indices=[2, 0, 2]))
        add("GatherV2", raw.GatherV2(params=cube, indices=[[0, 2], [1, 1]], axis=1))
        add("GatherNd", raw.GatherNd(params=cube, indices=[[0, 2], [1, 1]]))
        add("ScatterNd", raw.ScatterNd(indices=[[1], [3], [1]], updates=[1.0, 2.0, 4.0], shape=[5]))
        add("OneHot", raw.OneHot(indices=[1, -1, 3], depth=4, on_value=2.0, off_value=-1.0))
        add("UnsortedSegmentSum",
            raw.UnsortedSegmentSum(data=x, segment_ids=[1, 0, 1], num_segments=3))
        # Networks.
        picture = c(numbers(2, 7, 6, 4))
        bias = c(numbers(4))
        add("BiasAdd", raw.BiasAdd(value=picture, bias=bias))
        add("BiasAddGrad", raw.BiasAddGrad(out_backprop=picture))
        add("Softmax", raw.Softmax(logits=x))
        add("LogSoftmax", raw.LogSoftmax(logits=x))
        add("SparseSoftmaxCrossEntropyWithLogits",
            raw.SparseSoftmaxCrossEntropyWithLogits(features=x, labels=[1, 0, 3]))
        add("SoftmaxCrossEntropyWithLogits",
            raw.SoftmaxCrossEntropyWithLogits(features=x, labels=raw.Softmax(logits=y)))
        for padding in ["SAME", "VALID"]:
            for strides, dilation in [([1, 1], 1), ([2, 2], 1), ([1, 1], 2)]:
                tag = f"{padding}_{strides[0]}{strides[1]}_{dilation}"
                kernel = c(numbers(3, 2, 4, 5))
                conv = raw.Conv2D(input=picture, filter=kernel, strides=[1, *strides, 1],
                                  padding=padding, dilations=[1, dilation, dilation, 1])
                add("Conv2D_" + tag, conv)
                if dilation == 1:
                    dx, dk = tf.gradients(tf.reduce_sum(conv * conv), [picture, kernel])
                    add("Conv2DBackpropInput_" + tag, dx)
                    add("Conv2DBackpropFilter_" + tag, dk)
            for size, stride in [(2, 2), (3, 2), (3, 1)]:
                tag = f"{padding}_{size}{stride}"
                for name, f in [("MaxPool", v1.nn.max_pool), ("AvgPool", v1.nn.avg_pool)]:
                    pool = f(picture, ksize=[1, size, size, 1], strides=[1, stride, stride, 1],
                             padding=padding)
                    add(f"{name}_{tag}", pool)
                    add(f"{name}Grad_{tag}",
                        tf.gradients(tf.reduce_sum(pool * pool), picture)[0])
        add("DepthwiseConv2dNative",
            raw.DepthwiseConv2dNative(input=picture, filter=c(numbers(3, 3, 4, 2)),
                                      strides=[1, 1, 1, 1], padding="SAME"))
        add("Conv2D_explicit",
            raw.Conv2D(input=picture, filter=c(numbers(3, 3, 4, 2)), strides=[1, 1, 1, 1],
                       padding="EXPLICIT", explicit_paddings=[0, 0, 1, 2, 0, 1, 0, 0]))
        add("FusedBatchNormV3",
            raw.FusedBatchNormV3(x=picture, scale=bias, offset=row, mean=c(numbers(4)),
                                 variance=c(numbers(4, low=0.1, high=2)), epsilon=0.001,
                                 is_training=False).y)
        with v1.Session(graph=graph) as session:
            values = session.run(results)
        with open(folder + "/ops.pb", "wb") as file:
            file.write(graph.as_graph_def().SerializeToString())
        np.savez_compressed(folder + "/ops.npz", **values)
        print(len(values), "results,", len({n.op for n in graph.as_graph_def().node}), "ops")


def write_cnn():
    with v1.Graph().as_default() as graph:
        v1.set_random_seed(3)
        x = v1.placeholder(tf.float32, [None, 8, 8, 1], name="x")
        labels = v1.placeholder(tf.float32, [None, 3], name="labels")
        kernel = v1.get_variable("kernel", [3, 3, 1, 4], use_resource=False,
                                 initializer=v1.truncated_normal_initializer(stddev=0.3))
        bias = v1.get_variable("bias", [4], use_resource=False,
                               initializer=v1.zeros_initializer())
        h = tf.nn.relu(tf.nn.bias_add(v1.nn.conv2d(x, kernel, [1, 1, 1, 1], "SAME"), bias))
        h = v1.nn.max_pool(h, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
        flat = tf.reshape(h, tf.stack([tf.shape(h)[0], 64]))
        dense = v1.get_variable("dense", [64, 3], use_resource=False,
                                initializer=v1.random_normal_initializer(stddev=0.1))
        offset = v1.get_variable("offset", [3], use_resource=False,
                                 initializer=v1.zeros_initializer())
        logits = tf.add(tf.matmul(flat, dense), offset, name="logits")
        loss = tf.reduce_mean(v1.nn.softmax_cross_entropy_with_logits_v2(labels, logits),
                              name="loss")
        rates = {"gradient_descent": v1.train.GradientDescentOptimizer(0.1),
                 "momentum": v1.train.MomentumOptimizer(0.05, 0.9),
                 "nesterov": v1.train.MomentumOptimizer(0.05, 0.9, use_nesterov=True,
                                                        name="Nesterov"),
                 "adagrad": v1.train.AdagradOptimizer(0.05),
                 "adam": v1.train.AdamOptimizer(0.01),
                 "adadelta": v1.train.AdadeltaOptimizer(0.5),
                 "rms_prop": v1.train.RMSPropOptimizer(0.01, momentum=0.5),
                 "centered": v1.train.RMSPropOptimizer(0.01, centered=True, name="Centered")}
        steps = {name: rule.minimize(loss, name="train_" + name) for name, rule in rates.items()}
        saver = v1.train.Saver()
        init = v1.global_variables_initializer()
        images = numbers(12, 8, 8, 1)
        targets = np.eye(3, dtype=np.float32)[rng.integers(0, 3, 12)]
        feeds = {x: images, labels: targets}
        values = {"x": images, "labels": targets}
        with v1.Session(graph=graph) as session:
            session.run(init)
            saver.save(session, folder + "/cnn.ckpt", write_meta_graph=False)
            values["loss"], values["logits"] = session.run([loss, logits], feeds)
            for name, step in steps.items():
                saver.restore(session, folder + "/cnn.ckpt")
                for _ in range(10):
                    session.run(step, feeds)
                for variable in [kernel, bias, dense, offset]:
                    values[f"{name}:{variable.op.name}"] = session.run(variable)
                values[f"{name}:loss"] = session.run(loss, feeds)
        with open(folder + "/cnn.pb", "wb") as file:
            file.write(graph.as_graph_def().SerializeToString())
        np.savez_compressed(folder + "/cnn.npz", **values)


def write_saved_model():
    with v1.Graph().as_default() as graph:
        x = v1.placeholder(tf.float32, [None, 3], name="x")
        w = v1.get_variable("w", [3, 2], use_resource=True,
                            initializer=v1.random_normal_initializer(seed=1))
        y = tf.nn.softmax(tf.matmul(x, w), name="y")
        value = np.array([[1, 2, 3]], np.float32)
        with v1.Session(graph=graph) as session:
            session.run(v1.global_variables_initializer())
            v1.saved_model.simple_save(session, folder + "/saved_model", {"x": x}, {"y": y})
            np.savez(folder + "/saved_model.npz", x=value, y=session.run(y, {x: value}))


def write_shards():
    """Two shards, and a variable in slices."""
    with v1.Graph().as_default() as graph:
        v1.get_variable("whole", initializer=np.arange(6, dtype=np.float32))
        with v1.variable_scope("part", partitioner=v1.fixed_size_partitioner(2)):
            v1.get_variable("sliced", [4], initializer=v1.ones_initializer(),
                            use_resource=False)
        with v1.Session(graph=graph) as session:
            session.run(v1.global_variables_initializer())
            v1.train.Saver().save(session, folder + "/sliced.ckpt", write_meta_graph=False)
            first = tf.raw_ops.SaveV2(prefix=folder + "/a", tensor_names=["a", "c"],
                                      shape_and_slices=["", ""],
                                      tensors=[tf.constant([1.0, 2.0]), tf.constant(3)])
            second = tf.raw_ops.SaveV2(prefix=folder + "/b", tensor_names=["b"],
                                       shape_and_slices=[""], tensors=[tf.constant([True, False])])
            session.run([first, second])
            session.run(tf.raw_ops.MergeV2Checkpoints(
                checkpoint_prefixes=[folder + "/a", folder + "/b"],
                destination_prefix=folder + "/shards.ckpt"))


write_ops()
write_cnn()
write_saved_model()
write_shards()
