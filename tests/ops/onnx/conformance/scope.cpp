#include "scope.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <deft/core/glob.hpp>

namespace deft::conformance {
namespace {

constexpr std::array<std::pair<char, std::string_view>, 7> tiers{{
    {'A',
     " MatMul Transpose Add Sub Mul Div Neg Pow Sqrt ReduceMean ReduceSum ReduceSumSquare Identity "
     "Constant Gemm Reshape Sum Mean Flatten "},
    {'B',
     " Abs Exp Log Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh Asinh Acosh Atanh Sigmoid Relu "
     "Reciprocal Sign Floor Ceil Round Max Min Clip Softplus Softsign Erf Equal Greater "
     "GreaterOrEqual Less LessOrEqual And Or Xor Not Where Cast CastLike IsNaN IsInf Mod LeakyRelu "
     "Elu Selu HardSigmoid ThresholdedRelu Celu HardSwish Shrink PRelu BitShift Gelu Mish "
     "BitwiseAnd BitwiseOr BitwiseXor BitwiseNot Swish "},
    {'C',
     " Concat Split Slice Squeeze Unsqueeze Expand Tile Shape Size Gather GatherElements GatherND "
     "Scatter ScatterElements ScatterND ConstantOfShape Range Pad OneHot ArgMax ArgMin TopK CumSum "
     "EyeLike Trilu Einsum NonZero Compress DepthToSpace SpaceToDepth ReverseSequence Unique "
     "CumProd CenterCropPad TensorScatter "},
    {'D',
     " Softmax LogSoftmax Hardmax SoftmaxCrossEntropyLoss NegativeLogLikelihoodLoss ReduceMax "
     "ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceLogSumExp ReduceLogSum LayerNormalization "
     "BatchNormalization InstanceNormalization MeanVarianceNormalization Conv ConvTranspose "
     "MaxPool "
     "AveragePool GlobalAveragePool GlobalMaxPool Dropout Det LRN Resize Upsample "
     "GroupNormalization RMSNormalization LpNormalization LpPool "},
    {'E', " Adam Adagrad Momentum Gradient "},
    {'F', " If Loop Scan "},
    {'G', " LSTM GRU RNN "},
}};

constexpr std::string_view data_dependent =
    "the shape of the result depends on values, and deft's shapes never do";

constexpr std::string_view all_rounded =
    "expects sums that are rounded to 16 bits term by term, and deft rounds results alone";

struct Exclusion {
  std::string_view name;
  std::string_view reason;
  bool mended_later = false;  // only Debian's version of the suite, 1.12, is wrong
};

constexpr std::array excluded{
    Exclusion{"test_nonzero*", data_dependent},
    Exclusion{"test_compress*", data_dependent},
    Exclusion{"test_unique*", data_dependent},
    Exclusion{"test_attention_*_bf16_expanded", all_rounded},
    Exclusion{"test_attention_*_fp16_expanded", all_rounded},
    Exclusion{"test_training_dropout*", "expects the random bits of NumPy"},
    Exclusion{
        "test_adam_multiple",
        "expects results with another epsilon, 0.01, than the model has, 1e-6; later versions "
        "of the suite do not",
        true},
    Exclusion{"test_cast*_FLOAT_to_BFLOAT16*",
              "expects numbers that are cut, not rounded, to bf16; later versions of the suite do "
              "not",
              true},
};

}  // namespace

char tier_of(std::string_view op) {
  const std::string word = ' ' + std::string(op) + ' ';
  for (const auto& [tier, ops] : tiers)
    if (ops.find(word) != std::string_view::npos) return tier;
  return '-';
}

char tier_of(const TestCase& test) {
  char worst = 'A';
  for (const onnx::NodeProto& node : test.model.graph.nodes) {
    const bool own = node.domain.empty() || node.domain == "ai.onnx.preview.training";
    const bool old_scan = node.op == "Scan" && test.model.opsets.at("") < 9;
    const char tier = own && !old_scan ? tier_of(node.op) : '-';
    if (tier == '-') return '-';
    worst = std::max(worst, tier);
  }
  return worst;
}

std::string exclusion(const TestCase& test) {
  const bool is_debian = test.folder.string().find("libonnx-testdata") != std::string::npos;
  // With ratio 0, or outside of training, nothing is drawn.
  const bool draws_nothing = test.name.find("zero_ratio") != std::string::npos;
  for (const Exclusion& exclusion : excluded)
    if ((is_debian || !exclusion.mended_later) && !draws_nothing &&
        matches_glob(exclusion.name, test.name))
      return std::string(exclusion.reason);
  return {};
}

bool is_expanded(const TestCase& test) { return test.name.find("_expanded") != std::string::npos; }

std::string op_of(const TestCase& test) {
  const auto& nodes = test.model.graph.nodes;
  return nodes.size() == 1 ? nodes[0].op : "graphs";
}

bool is_in_scope(const TestCase& test) {
  const char tier = tier_of(test);
  if (tier == '-' || tier > 'F') return false;
  using Type = onnx::ElementType;
  constexpr std::array plain{Type::f32, Type::f64, Type::i32, Type::i64, Type::boolean, Type::u8};
  for (const auto& values : {test.model.graph.inputs, test.model.graph.outputs})
    for (const onnx::ValueProto& value : values)
      if (!value.is_tensor || std::ranges::find(plain, value.type) == plain.end()) return false;
  return true;
}

}  // namespace deft::conformance
