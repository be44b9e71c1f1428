#include <deft/tensorflow/checkpoint.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/core/files/bytes.hpp>
#include <deft/core/files/crc32c.hpp>

#include "ops/tensorflow/recorded_values.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

constexpr const char* shard = ".data-00000-of-00001";

/// What reading says of a checkpoint with this index and these data; empty if it is read.
std::string error_of(const TempFolder& folder, const std::string& index, const std::string& data) {
  const std::string prefix = (folder / "broken");
  write_bytes(prefix + ".index", index);
  write_bytes(prefix + shard, data);
  try {
    read_tensorflow_checkpoint(prefix);
  } catch (const FileError& error) {
    return error.what();
  } catch (const ValueError& error) {
    return error.what();
  }
  return "";
}

std::vector<NamedTensor> samples() {
  std::vector<NamedTensor> tensors{
      {"z/last", Tensor{1.5F, -0.0F}},
      {"a", Tensor::scalar(std::numeric_limits<std::int64_t>::min())},
      {"flags", Tensor{true, false, true}},
      {"empty", Tensor::zeros(DType::f64, {0, 3})},
      {"bytes", Tensor::from<std::uint8_t>({2}, {0, 255})},
      {"half", Tensor{Half(1.5F), Half(-2.0F)}},
      {"h\u00e9", Tensor{{1, 2}, {3, 4}}},
  };
  for (int i = 0; i < 300; ++i)  // more than a block of names
    tensors.push_back({"layer/" + std::to_string(i) + "/weights", Tensor::scalar(double(i))});
  return tensors;
}

}  // namespace

TEST_CASE("TensorFlow's checkpoints have the recorded values") {
  const std::map<std::string, Tensor> values = recorded_values("mlp_adam");
  const auto tensors = read_tensorflow_checkpoint(tensorflow_file("mlp_adam.ckpt"));
  CHECK(tensors.size() == 21);
  for (const NamedTensor& tensor : tensors)
    CHECK(bitwise_equal(tensor.tensor, values.at("var25:" + tensor.name)));
}

TEST_CASE("a checkpoint that is written is read") {
  const TempFolder folder;
  const std::string prefix = (folder / "model.ckpt-7");
  const std::vector<NamedTensor> tensors = samples();
  write_tensorflow_checkpoint(prefix, tensors);
  std::map<std::string, Tensor> read;
  for (const NamedTensor& tensor : read_tensorflow_checkpoint(prefix))
    read.emplace(tensor.name, tensor.tensor);
  CHECK(read.size() == tensors.size());
  for (const NamedTensor& tensor : tensors)
    CHECK(bitwise_equal(read.at(tensor.name), tensor.tensor));
  write_tensorflow_checkpoint(prefix, {});
  CHECK(read_tensorflow_checkpoint(prefix).empty());
}

TEST_CASE("a written index is byte for byte that of the same tensors in another order") {
  const TempFolder folder;
  std::vector<NamedTensor> tensors = samples();
  write_tensorflow_checkpoint((folder / "a"), tensors);
  std::reverse(tensors.begin(), tensors.end());
  write_tensorflow_checkpoint((folder / "b"), tensors);
  CHECK(read_bytes((folder / "a.index")) == read_bytes((folder / "b.index")));
  CHECK(read_bytes((folder / "a") + shard) == read_bytes((folder / "b") + shard));
}

TEST_CASE("names that a checkpoint cannot have are refused") {
  const TempFolder folder;
  const Tensor one = Tensor::scalar(1.0F);
  for (const std::vector<NamedTensor>& tensors :
       {std::vector<NamedTensor>{{"", one}}, {{"a", one}, {"a", one}}, {{"\xFF", one}}})
    CHECK_THROWS_AS(write_tensorflow_checkpoint((folder / "x"), tensors), FileError);
}

TEST_CASE("an index that is cut short or has a wrong byte is an error or the right answer") {
  const TempFolder folder;
  const std::string index = read_bytes(tensorflow_file("mlp_adagrad.ckpt.index"));
  const std::string data = read_bytes(tensorflow_file(std::string("mlp_adagrad.ckpt") + shard));
  CHECK(error_of(folder, index, data).empty());
  const auto right = read_tensorflow_checkpoint(folder / "broken");
  for (std::size_t size = 0; size < index.size(); ++size) {
    CAPTURE(size);
    CHECK(error_of(folder, index.substr(0, size), data).find("offset") != std::string::npos);
  }
  for (std::size_t at = 0; at < index.size(); ++at) {
    CAPTURE(at);
    std::string wrong = index;
    wrong[at] = static_cast<char>(wrong[at] ^ 0x11);
    if (!error_of(folder, wrong, data).empty()) continue;
    const auto read = read_tensorflow_checkpoint(folder / "broken");
    REQUIRE(read.size() == right.size());
    for (std::size_t i = 0; i < read.size(); ++i) {
      CHECK(read[i].name == right[i].name);
      CHECK(bitwise_equal(read[i].tensor, right[i].tensor));
    }
  }
  CHECK(error_of(folder, index, data.substr(0, data.size() - 1)).find(".data-") !=
        std::string::npos);
  std::string wrong = data;
  wrong[100] = static_cast<char>(wrong[100] ^ 1);
  CHECK(error_of(folder, index, wrong).find("the checksum of 'l1/W' is wrong") !=
        std::string::npos);
}

TEST_CASE("several shards are read, slices are refused by name") {
  const auto tensors = read_tensorflow_checkpoint(tensorflow_file("shards.ckpt"));
  REQUIRE(tensors.size() == 3);
  CHECK(bitwise_equal(tensors[0].tensor, Tensor{1.0F, 2.0F}));
  CHECK(bitwise_equal(tensors[1].tensor, Tensor{true, false}));
  CHECK(bitwise_equal(tensors[2].tensor, Tensor::scalar(3)));
  try {
    read_tensorflow_checkpoint(tensorflow_file("sliced.ckpt"));
    FAIL("it was read");
  } catch (const FileError& error) {
    CHECK(std::string(error.what()).find("'part/sliced' was saved in slices") != std::string::npos);
  }
}

TEST_CASE("a checkpoint that is not there is named") {
  try {
    read_tensorflow_checkpoint("/nowhere/model.ckpt");
    FAIL("it was read");
  } catch (const FileError& error) {
    CHECK(error.code() == ErrorCode::file_access);
    CHECK(std::string(error.what()).find("/nowhere/model.ckpt.index") != std::string::npos);
  }
}

}  // namespace deft
