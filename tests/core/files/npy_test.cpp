#include <deft/core/files/npy.hpp>

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/convert_element.hpp>
#include <deft/core/visit_dtype.hpp>

#include "caught.hpp"
#include "files/readers.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

Tensor read(const File& file) { return read_npy(file); }

/// An npy file of version 1.0.
std::string npy(const std::string& header, const std::string& elements) {
  const std::string text = header + '\n';
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(text.size()) + '\0' + text +
         elements;
}

std::string npy(const std::string& descr, const std::string& shape, const std::string& elements) {
  return npy("{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }",
             elements);
}

Tensor tensor_of(const std::string& descr, const std::string& shape, const std::string& elements) {
  return read_bytes(npy(descr, shape, elements), read);
}

/// 0, 1, 2, ... as numpy.arange(n).reshape(shape).astype(dtype) has them.
Tensor counting(DType dtype, const Shape& shape) {
  Tensor result = Tensor::uninitialized(dtype, shape);
  visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
    std::int64_t next = 0;
    for (T& value : result.mutable_data<T>()) value = convert_element<T>(next++);
  });
  return result;
}

}  // namespace

TEST_CASE("files that NumPy wrote, of all versions, byte orders and orders of dimensions") {
  const auto load = [](const std::string& name) {
    return read_npy(data_path("npy/good/" + name + ".npy"));
  };
  for (const char* version : {"v1", "v2", "v3"}) {
    CHECK(load(version) == counting(DType::f32, {2, 3}));
  }
  const std::pair<const char*, DType> types[] = {{"b1", DType::boolean},
                                                 {"bef4", DType::f32},
                                                 {"bef8", DType::f64},
                                                 {"bei4", DType::i32},
                                                 {"bei8", DType::i64}};
  for (const auto& [name, dtype] : types) {
    const std::string type = name;
    CAPTURE(type);
    CHECK(load(type + "_f") == counting(dtype, {2, 3}));
    CHECK(load(type + "_f3") == counting(dtype, {2, 3, 4}));
    CHECK(load(type + "_rank5") == counting(dtype, {1, 2, 3, 1, 4}));
    CHECK(load(type + "_empty") == counting(dtype, {0, 3}));
    CHECK(load(type + "_scalar").spec() == TensorSpec{dtype, {}});
  }
  CHECK(load("bef8_scalar").item<double>() == 5);
}

TEST_CASE("elements keep their types, in either byte order") {
  CHECK(tensor_of("|u1", "(3,)", std::string("\0\x7F\xFF", 3)) ==
        Tensor::from<std::uint8_t>({3}, {0, 127, 255}));
  CHECK(tensor_of("|i1", "(3,)", std::string("\0\x7F\x80", 3)) ==
        Tensor::from<std::int8_t>({3}, {0, 127, -128}));
  const Tensor shorts = Tensor::from<std::int16_t>({2}, {32767, -32768});
  CHECK(tensor_of("<i2", "(2,)", std::string("\xFF\x7F\0\x80", 4)) == shorts);
  CHECK(tensor_of(">i2", "(2,)", std::string("\x7F\xFF\x80\0", 4)) == shorts);
  CHECK(tensor_of("<u2", "(2,)", std::string("\xFF\xFF\0\x80", 4)) ==
        Tensor::from<std::uint16_t>({2}, {65535, 32768}));
  CHECK(tensor_of("<u4", "(1,)", "\xFF\xFF\xFF\xFF") == Tensor{4294967295U});
  CHECK(tensor_of(">u4", "(1,)", std::string("\0\0\1\0", 4)) == Tensor{256U});
  CHECK(tensor_of("<u8", "()", std::string(8, '\xFF')) == Tensor::scalar(~std::uint64_t{0}));
  CHECK(tensor_of(">u8", "()", std::string("\x80\0\0\0\0\0\0\1", 8)) ==
        Tensor::scalar((std::uint64_t{1} << 63U) + 1));
}

TEST_CASE("half precision keeps its bits") {
  // 1.5, -2, 65504 (the largest), 2^-24 (the smallest), -0, infinity, a NaN.
  const std::string bits("\x00\x3E\x00\xC0\xFF\x7B\x01\x00\x00\x80\x00\x7C\x01\x7E", 14);
  const Tensor halves = tensor_of("<f2", "(7,)", bits);
  CHECK(bitwise_equal(
      halves, Tensor{Half(1.5), Half(-2), Half(65504), Half(0x1p-24), Half(-0.0),
                     Half(std::numeric_limits<float>::infinity()), Half::from_bits(0x7E01)}));
  CHECK(tensor_of(">f2", "()", std::string("\x3E\x00", 2)) == Tensor::scalar(Half(1.5)));
}

TEST_CASE("large arrays, transposed") {
  constexpr std::int64_t rows = 131;
  constexpr std::int64_t columns = 257;
  std::string elements;
  for (std::int64_t c = 0; c < columns; ++c) {
    for (std::int64_t r = 0; r < rows; ++r) {
      elements += static_cast<char>((r * columns + c) & 0xFF);
      elements += static_cast<char>((r * columns + c) >> 8);
    }
  }
  const std::string header = "{'descr': '<u2', 'fortran_order': True, 'shape': (131, 257), }";
  CHECK(read_bytes(npy(header, elements), read) == counting(DType::u16, {rows, columns}));
}

TEST_CASE("bf16, of which NumPy knows nothing, is refused") {
  const TempFolder folder;
  const auto error =
      caught<FileError>([&] { write_npy(folder / "a.npy", Tensor::zeros(DType::bf16, {2})); });
  CHECK(error.code() == ErrorCode::dtype_mismatch);
  CHECK(error.info().message == "cannot write " + (folder / "a.npy") +
                                    ": the tensor is bf16[2], and NumPy has no such elements");
  CHECK(error.info().cure == "write Tensor::to(DType::f32), or a safetensors file");
  CHECK_FALSE(std::filesystem::exists(folder / "a.npy"));
  CHECK(problem_of(npy("<V2", "(2,)", "1234"), read) ==
        "byte 25: the elements are of type \"<V2\", which deft does not read");
}

TEST_CASE("an npy file is written as NumPy writes it") {
  const TempFolder folder;
  const auto written = [&](const Tensor& tensor) {
    write_npy(folder / "a.npy", tensor);
    CHECK(bitwise_equal(read_npy(folder / "a.npy"), tensor));
    return folder.read("a.npy");
  };
  CHECK(written(counting(DType::f32, {2, 3})) == bytes_of_file(data_path("npy/good/v1.npy")));
  CHECK(written(counting(DType::boolean, {0, 3})) ==
        bytes_of_file(data_path("npy/good/b1_empty.npy")));
  CHECK(written(counting(DType::boolean, {1, 2, 3, 1, 4})) ==
        bytes_of_file(data_path("npy/good/b1_rank5.npy")));
  CHECK(written(Tensor::scalar(true)) == bytes_of_file(data_path("npy/good/b1_scalar.npy")));
  for (const DType dtype : {DType::f32, DType::f64, DType::i32, DType::i64, DType::u8, DType::i8,
                            DType::i16, DType::u16, DType::u32, DType::u64, DType::f16}) {
    written(counting(dtype, {5}));
    written(counting(dtype, {1, 1, 1, 2, 1, 1, 1, 3}));
  }
}

TEST_CASE("special values keep their bits") {
  const TempFolder folder;
  const float infinity = std::numeric_limits<float>::infinity();
  const Tensor special{std::numeric_limits<float>::quiet_NaN(), -infinity, -0.0F, 1e-45F};
  write_npy(folder / "a", special);
  CHECK(bitwise_equal(read_npy(folder / "a"), special));
}

TEST_CASE("npy files that are refused, and what NumPy accepts besides") {
  check_problems(
      "npy/bad",
      {
          {"bad_magic", "byte 0: it does not begin as an npy file does"},
          {"bool_2", "byte 71: a bool is 2"},
          {"code", "byte 10: the header lacks a {"},
          {"descr_bare", "byte 24: the elements are of type \"f4\", which deft does not read"},
          {"descr_bool_lt", "byte 71: a bool is 2"},
          {"descr_bool_question",
           "byte 23: the elements are of type \"?\", which deft does not read"},
          {"descr_equal", ""},
          {"descr_name", "byte 29: the elements are of type \"float32\", which deft does not read"},
          {"descr_pipe_f4", "byte 25: the elements are of type \"|f4\", which deft does not read"},
          {"descr_unknown", "byte 25: the elements are of type \"<q9\", which deft does not read"},
          {"double_quotes", ""},
          {"empty", "byte 0: the beginning of an npy file takes 8 bytes, but 0 follow"},
          {"extra_data", "byte 152: the tensor ends here, but 1 bytes follow"},
          {"fortran_int", "byte 44: fortran_order is neither True nor False"},
          {"fortran_str", "byte 44: fortran_order is neither True nor False"},
          {"hlen_max", "byte 10: the header has 65535 bytes, more than 10000"},
          {"key_dup", "byte 35: the header has the key \"descr\" twice"},
          {"key_extra",
           "byte 72: the header has a key \"x\" beside descr, fortran_order and shape"},
          {"key_missing", "byte 46: the header has no 'fortran_order'"},
          {"magic_only", "byte 0: the beginning of an npy file takes 8 bytes, but 6 follow"},
          {"newlines", ""},
          {"no_data", "byte 128: a tensor f32[2, 3] takes 24 bytes, but 0 follow"},
          {"no_newline_pad", ""},
          {"nul_in_header",
           "byte 44: the header has a key \"fortran_orde?r\" beside descr, fortran_order and "
           "shape"},
          {"object", "byte 24: the elements are of type \"|O\", which deft does not read"},
          {"order_swapped", ""},
          {"rank33", "byte 10: a tensor has rank 33, but the highest rank of deft is 8"},
          {"rank65", "byte 10: a tensor has rank 65, but the highest rank of deft is 8"},
          {"shape_1e12",
           "byte 79: a tensor f32[1000000000000] takes 4000000000000 bytes, but 24 follow"},
          {"shape_2p64", "byte 61: a dimension of the shape is not a number below 2^64"},
          {"shape_L", ""},
          {"shape_big",
           "byte 10: the size of a tensor of shape [4611686018427387904, 4] does not fit in 63 "
           "bits"},
          {"shape_float", "byte 62: the header lacks a ,"},
          {"shape_hex", "byte 62: the header lacks a ,"},
          {"shape_huge0",
           "byte 10: the size of a tensor of shape [9223372036854775807, 0] does not fit in 63 "
           "bits"},
          {"shape_int", "byte 60: the header lacks a ("},
          {"shape_list", "byte 60: the header lacks a ("},
          {"shape_neg", "byte 61: a dimension of the shape is not a number below 2^64"},
          {"shape_nocomma", "byte 62: the header lacks a ,"},
          {"shape_one", ""},
          {"shape_under", "byte 62: the header lacks a ,"},
          {"short_data", "byte 128: a tensor f32[2, 3] takes 24 bytes, but 23 follow"},
          {"short_header", "byte 10: what comes next takes 118 bytes, but 30 follow"},
          {"spaces", ""},
          {"structured", "byte 20: the array has elements of several fields"},
          {"subarray", "byte 20: the header lacks the type of the elements in quotes"},
          {"trailing_junk_header", "byte 69: the header goes on behind its }"},
          {"utf8_v1",
           "byte 20: the header has a key \"déscr\" beside descr, fortran_order and shape"},
          {"v0", "byte 6: it is of version 0.0 of the npy format; 1.0, 2.0 and 3.0 are known"},
          {"v1.1", "byte 6: it is of version 1.1 of the npy format; 1.0, 2.0 and 3.0 are known"},
          {"v4", "byte 6: it is of version 4.0 of the npy format; 1.0, 2.0 and 3.0 are known"},
      },
      read);
}

TEST_CASE("headers that are refused") {
  const auto problem = [](const std::string& header) { return problem_of(npy(header, ""), read); };
  CHECK(problem("{'descr': '<c8', 'fortran_order': False, 'shape': (0,), }") ==
        "byte 25: the elements are of type \"<c8\", which deft does not read");
  CHECK(problem("{'descr': '', 'fortran_order': False, 'shape': (0,), }") ==
        "byte 22: the elements are of type \"\", which deft does not read");
  CHECK(problem("{'descr': '<', 'fortran_order': False, 'shape': (0,), }") ==
        "byte 23: the elements are of type \"<\", which deft does not read");
  CHECK(problem("{'descr': '<f4'").starts_with("byte 26: the header lacks a ,"));
  CHECK(problem("{'descr").starts_with("byte 11: a quote is not closed"));
  CHECK(problem("").starts_with("byte 11: the header lacks a {"));
  const std::string text = "{'descr': '|b1', 'fortran_order': False, 'shape': (), }";
  const std::string longest = text + std::string(10'000 - text.size(), ' ');
  const std::string version_2 = std::string("\x93NUMPY\x02\x00", 8);
  CHECK(read_bytes(version_2 + std::string("\x10\x27\0\0", 4) + longest + '\x01', read) ==
        Tensor::scalar(true));
  CHECK(problem_of(version_2 + std::string("\x11\x27\0\0", 4) + longest + " \x01", read) ==
        "byte 12: the header has 10001 bytes, more than 10000");
}

TEST_CASE("no memory is taken that the file does not justify") {
  CHECK(problem_of(npy("<f8", "(1000000000000,)", "12345678"), read)
            .ends_with(": a tensor f64[1000000000000] takes 8000000000000 bytes, but 8 follow"));
  CHECK(problem_of(npy("<f4", "(4611686018427387904, 0)", ""), read)
            .ends_with("of shape [4611686018427387904, 0] does not fit in 63 bits"));
  CHECK(tensor_of("<f4", "(1000000000000, 0)", "").shape() == Shape{1'000'000'000'000, 0});
}

TEST_CASE("damaged npy files") {
  for (const char* name : {"v1", "v2", "bei8_f3", "b1_f"}) {
    const std::string bytes = bytes_of_file(data_path(std::string("npy/good/") + name + ".npy"));
    check_cuts(bytes, read);
    check_flips(bytes, read);
  }
}

TEST_CASE("errors name the file and the line of the program") {
  const TempFolder folder;
  const auto missing = caught<FileError>([&] { read_npy(folder / "none.npy"); });
  CHECK(missing.code() == ErrorCode::file_access);
  CHECK(missing.info().message ==
        "cannot read " + (folder / "none.npy") + ": No such file or directory");
  CHECK(missing.info().where.line == __LINE__ - 4);
  CHECK(std::string(missing.info().where.file) == __FILE__);
  const auto is_folder = caught<FileError>([&] { read_npy(folder / ""); });
  CHECK(is_folder.info().message.ends_with(": Is a directory"));
  CHECK(caught<FileError>([&] { read_npy(std::string("a\0b", 3)); })
            .info()
            .message.ends_with(": Invalid argument"));
  const auto no_npy = caught<FileError>([&] { read_npy(folder.add("x", "no array")); });
  CHECK(no_npy.code() == ErrorCode::file_format);
  CHECK(no_npy.info().message ==
        (folder / "x") + ": byte 0: it does not begin as an npy file does");
}

TEST_CASE("a path may be that of std::filesystem") {
  const TempFolder folder;
  const std::filesystem::path path = folder / "a.npy";
  write_npy(path, Tensor{1, 2});
  CHECK(read_npy(path) == Tensor{1, 2});
}

}  // namespace deft
