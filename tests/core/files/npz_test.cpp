#include <deft/core/files/npz.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "caught.hpp"
#include "files/readers.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

std::vector<NamedTensor> read(const File& file) { return read_npz(file); }

std::vector<NamedTensor> load(const std::string& name) {
  return read_npz(data_path("npz/good/" + name + ".npz"));
}

std::vector<std::string> names_of(const std::vector<NamedTensor>& tensors) {
  std::vector<std::string> names;
  for (const NamedTensor& named : tensors) names.push_back(named.name);
  return names;
}

void check_same(const std::vector<NamedTensor>& a, const std::vector<NamedTensor>& b) {
  REQUIRE(names_of(a) == names_of(b));
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(bitwise_equal(a[i].tensor, b[i].tensor));
}

}  // namespace

TEST_CASE("files that numpy.savez and numpy.savez_compressed wrote") {
  for (const char* name : {"stored", "deflated"}) {
    const std::vector<NamedTensor> tensors = load(name);
    CHECK(names_of(tensors) == std::vector<std::string>{"w", "b", "s", "m", "e", "f",
                                                        "scope/deep/name",
                                                        "\xD0\xBA\xD0\xBB\xD1\x8E\xD1\x87"});
    CHECK(tensors[0].tensor.shape() == Shape{4, 3});
    CHECK(tensors[0].tensor.at<float>(3, 2) == 0.5467129945755005F);
    CHECK(tensors[1].tensor == Tensor::from<std::int64_t>({0, 1, 2}));
    CHECK(tensors[2].tensor == Tensor::scalar(2.5));
    CHECK(tensors[3].tensor == Tensor{true, false});
    CHECK(tensors[4].tensor.spec() == TensorSpec{DType::f32, {0, 2}});
    CHECK(tensors[5].tensor.at<double>(1, 0) == 0.03972210748165899);
    CHECK(tensors[6].tensor == Tensor{1, 1});
    CHECK(tensors[7].tensor == Tensor{1.0});
  }
  CHECK(names_of(load("positional")) == std::vector<std::string>{"arr_0", "arr_1"});
}

TEST_CASE("tensors of data at rest, but for bf16") {
  const TempFolder folder;
  std::vector<NamedTensor> tensors;
  for (const DType dtype :
       {DType::u8, DType::i8, DType::i16, DType::u16, DType::u32, DType::u64, DType::f16})
    tensors.push_back({std::string(to_string(dtype)), Tensor{-1, 1}.to(dtype)});
  write_npz(folder / "a.npz", tensors, {.compress = true});
  check_same(read_npz(folder / "a.npz"), tensors);
  tensors.push_back({"w", Tensor::zeros(DType::bf16, {3})});
  const auto error = caught<FileError>([&] { write_npz(folder / "b.npz", tensors); });
  CHECK(
      error.info().message.ends_with(": tensor \"w\" is bf16[3], and NumPy has no such elements"));
}

TEST_CASE("what archives have besides arrays, and other ways to write them") {
  const Tensor w = load("stored")[0].tensor;
  CHECK(names_of(load("dirs_and_txt")) == std::vector<std::string>{"d/w"});
  for (const char* name : {"dirs_and_txt", "python_zip64", "comment", "streamed_data_descriptor"}) {
    CAPTURE(name);
    CHECK(load(name).at(0).tensor == w);
  }
}

TEST_CASE("archives that are refused, and odd ones that are not") {
  check_problems(
      "npz/bad",
      {
          {"absolute", ""},
          {"backslash", ""},
          {"bzip2",
           "byte 228: entry \"w.npy\" is compressed by method 12; 0 and 8 (deflate) are known"},
          {"case_dup", ""},
          {"central_usize_huge",
           "byte 0: entry \"w.npy\" is said to have 2147483648 bytes, of 176 in the archive"},
          {"central_usize_small",
           "byte 0: entry \"w.npy\" is said to have 10 bytes, of 176 in the archive"},
          {"count_wrong", "byte 262: the archive is one of several parts"},
          {"data_flipped_crc",
           "entry \"w.npy\": byte 176: its checksum is another than the directory says"},
          {"deflate_corrupt_end",
           "entry \"w.npy\": byte 176: the tensor ends here, but bytes follow"},
          {"dup_names", "two arrays are named \"w\""},
          {"empty", "byte 0: the directory at the end of a zip archive is missing"},
          {"empty_name", "byte 0: the name \"\" of an array is empty"},
          {"encrypted_flag", "byte 211: entry \"w.npy\" is encrypted or patched"},
          {"local_name_differs",
           "byte 0: entry \"w.npy\" has a header of its own that differs from the directory"},
          {"local_offset_beyond", "byte 211: entry \"w.npy\" is said to stand at byte 1073741824"},
          {"lzma",
           "byte 175: entry \"w.npy\" is compressed by method 14; 0 and 8 (deflate) are known"},
          {"method_99",
           "byte 211: entry \"w.npy\" is compressed by method 99; 0 and 8 (deflate) are known"},
          {"multi_disk", "byte 2108: the archive is one of several parts"},
          {"nested_npz", "entry \"w.npy\": byte 0: it does not begin as an npy file does"},
          {"no_ext", ""},
          {"not_npy",
           "entry \"w.npy\": byte 0: the beginning of an npy file takes 8 bytes, but 5 follow"},
          {"npy_claims_10GB",
           "entry \"bomb.npy\": byte 128: a tensor f32[2500000000] takes 10000000000 bytes, but at "
           "most 82432 follow"},
          {"npy_long", "entry \"w.npy\": byte 176: the tensor ends here, but 4 bytes follow"},
          {"npy_short",
           "entry \"w.npy\": byte 128: a tensor f32[4, 3] takes 48 bytes, but 44 follow"},
          {"nul_name", "byte 0: the name \"a?b\" of an array has a NUL in it"},
          {"only_eocd", ""},
          {"overlapping_entries",
           "byte 0: entry \"b.npy\" has a header of its own that differs from the directory"},
          {"pickle_inside",
           "entry \"o.npy\": byte 24: the elements are of type \"|O\", which deft does not read"},
          {"prefixed", "byte 2123: the directory does not end where its end record begins"},
          {"traversal", ""},
          {"truncated_end", "byte 2120: the directory at the end of a zip archive is missing"},
          {"truncated_half", "byte 1065: the directory at the end of a zip archive is missing"},
          {"zip64_marker_no_record",
           "byte 262: the directory does not end where its end record begins"},
      },
      read);
}

TEST_CASE("names that look like paths are names") {
  CHECK(names_of(read_npz(data_path("npz/bad/traversal.npz"))) ==
        std::vector<std::string>{"../../tmp/pwn"});
}

TEST_CASE("what is written is read") {
  const TempFolder folder;
  std::vector<float> many(100'000);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<float>(i % 1000) / 7;
  const std::vector<NamedTensor> tensors{{"w", Tensor{{1.0F, 2.0F}, {3.0F, 4.0F}}},
                                         {"scope/\xD0\xBA", Tensor::scalar(true)},
                                         {"empty", Tensor::zeros(DType::i64, {0, 2})},
                                         {"many", Tensor::from(many)},
                                         {"a.npy", Tensor::from<std::uint8_t>({1}, {255})}};
  write_npz(folder / "a.npz", tensors);
  check_same(read_npz(folder / "a.npz"), tensors);
  write_npz(folder / "b.npz", tensors, {.compress = true});
  check_same(read_npz(folder / "b.npz"), tensors);
  CHECK(folder.read("b.npz").size() < folder.read("a.npz").size() / 10);

  const std::string first = folder.read("a.npz");
  write_npz(folder / "a.npz", tensors);
  CHECK(folder.read("a.npz") == first);
  write_npz(folder / "a.npz", {});
  CHECK(read_npz(folder / "a.npz").empty());
}

TEST_CASE("more entries than the end record of an archive can count") {
  const TempFolder folder;
  std::vector<NamedTensor> tensors;
  for (int i = 0; i < 65'536; ++i) tensors.push_back({std::to_string(i), Tensor::scalar(true)});
  write_npz(folder / "a.npz", tensors);
  const std::vector<NamedTensor> result = read_npz(folder / "a.npz");
  REQUIRE(result.size() == tensors.size());
  CHECK(result.back().name == "65535");
}

TEST_CASE("names that cannot be written") {
  const TempFolder folder;
  const Tensor x{1};
  const auto problem = [&](const std::vector<NamedTensor>& tensors) {
    const auto error = caught<FileError>([&] { write_npz(folder / "a", tensors, {}); });
    CHECK(error.code() == ErrorCode::invalid_argument);
    CHECK(error.info().where.line == __LINE__ - 2);
    CHECK(folder.names().empty());
    const std::string& message = error.info().message;
    return message.substr(message.find(": ") + 2);
  };
  CHECK(problem({{"", x}}) == "the name \"\" of a tensor is empty");
  CHECK(problem({{"a", x}, {"a", x}}) == "two tensors are named \"a\"");
  CHECK(problem({{std::string(65'532, 'a'), x}}).ends_with(" has more than 65531 bytes"));
  write_npz(folder / "a", {{std::string(65'531, 'a'), x}});
  CHECK(read_npz(folder / "a").at(0).name.size() == 65'531);
}

TEST_CASE("damaged archives") {
  for (const char* name : {"deflated", "python_zip64", "streamed_data_descriptor"}) {
    const std::string bytes = bytes_of_file(data_path(std::string("npz/good/") + name + ".npz"));
    check_cuts(bytes, read);
    check_flips(bytes, read);
  }
  const TempFolder folder;
  write_npz(folder / "a", {{"x", Tensor{1, 2}}, {"y", Tensor{1.0}}}, {.compress = true});
  check_cuts(folder.read("a"), read);
  check_flips(folder.read("a"), read);
}

TEST_CASE("a change of an array is never overlooked") {
  const TempFolder folder;
  write_npz(folder / "a", {{"x", Tensor{1, 2, 3, 4}}});
  std::string bytes = folder.read("a");
  const std::size_t begin = bytes.find("NUMPY") - 1;
  const std::size_t end = begin + 128 + 16;
  for (std::size_t i = begin; i < end; ++i) {
    bytes[i] ^= 1;
    CHECK(problem_of(bytes, read) != "");
    bytes[i] ^= 1;
  }
  CHECK(problem_of(bytes, read) == "");
}

}  // namespace deft
