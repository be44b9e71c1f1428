#include "refused_ops.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace deft::onnx {
namespace {

constexpr std::array recurrent{"LSTM", "GRU", "RNN"};
constexpr std::array value_shaped{"NonZero", "Compress", "Unique", "NonMaxSuppression"};
constexpr std::array random{"RandomNormal",      "RandomNormalLike", "RandomUniform",
                            "RandomUniformLike", "Bernoulli",        "Multinomial"};
constexpr std::array compound{"SequenceAt",    "SequenceConstruct",  "SequenceEmpty",
                              "SequenceErase", "SequenceInsert",     "SequenceLength",
                              "SequenceMap",   "SplitToSequence",    "ConcatFromSequence",
                              "Optional",      "OptionalGetElement", "OptionalHasElement"};
constexpr std::array texts{"StringConcat",   "StringNormalizer", "StringSplit",
                           "RegexFullMatch", "TfIdfVectorizer",  "LabelEncoder"};
constexpr std::array trees{"TreeEnsemble", "TreeEnsembleClassifier", "TreeEnsembleRegressor"};
constexpr std::array machines{"SVMClassifier", "SVMRegressor"};

template <class List>
bool contains(const List& list, std::string_view op) {
  return std::ranges::find(list, op) != list.end();
}

}  // namespace

std::string reason_against(const NodeProto& node) {
  if (contains(recurrent, node.op))
    return "recurrent networks need loops that learn, which deft's graphs do not have; export the "
           "model unrolled";
  if (contains(value_shaped, node.op))
    return "the shape of its result depends on values, and deft's shapes never do; where, top_k or "
           "a mask do instead";
  if (contains(random, node.op))
    return "each runtime draws other random numbers; make its result an input of the model, and "
           "bind deft's random numbers to that by OnnxImportOptions::bindings";
  if (contains(compound, node.op)) return "deft has tensors, and no sequences or optional values";
  if (contains(texts, node.op)) return "deft has no strings";
  if (contains(trees, node.op)) return "deft has no decision trees";
  if (contains(machines, node.op)) return "deft has no support vector machines";
  return "deft does not know this operation";
}

}  // namespace deft::onnx
