#include <deft/core/files/idx.hpp>

#include <cstdint>
#include <string>

#include <zlib.h>

#include <doctest/doctest.h>

#include "files/readers.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

Tensor read(const File& file) { return read_idx(file); }

std::string text(const char* bytes, std::size_t size) { return {bytes, size}; }

/// Three pictures of two pixels.
const std::string pictures = text("\0\0\x08\x02\0\0\0\x03\0\0\0\x02\x00\x01\x7F\x80\xFE\xFF", 18);

std::string gzipped(const std::string& bytes) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string in = bytes;
  std::string out(bytes.size() + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

const Tensor expected = Tensor::from<std::uint8_t>({3, 2}, {0, 1, 127, 128, 254, 255});

}  // namespace

TEST_CASE("an IDX file, plain or compressed whatever its name is") {
  const TempFolder folder;
  CHECK(read_idx(folder.add("a.gz", pictures)) == expected);
  CHECK(read_idx(folder.add("a", gzipped(pictures))) == expected);
  CHECK(read_bytes(gzipped(pictures.substr(0, 5)) + gzipped(pictures.substr(5)), read) == expected);
}

TEST_CASE("all types of an IDX file") {
  const auto tensor_of = [](const char* bytes, std::size_t size) {
    return read_bytes(text(bytes, size), read);
  };
  CHECK(tensor_of("\0\0\x09\x01\0\0\0\x02\x7F\x80", 10) == Tensor::from<std::int8_t>({127, -128}));
  CHECK(tensor_of("\0\0\x0B\x01\0\0\0\x02\x7F\xFF\x80\0", 12) ==
        Tensor::from<std::int16_t>({32767, -32768}));
  CHECK(tensor_of("\0\0\x0C\x01\0\0\0\x01\xFF\xFF\xFF\xFE", 12) == Tensor{-2});
  CHECK(tensor_of("\0\0\x0D\x01\0\0\0\x01\x3F\xC0\0\0", 12) == Tensor{1.5F});
  CHECK(tensor_of("\0\0\x0E\x01\0\0\0\x01\xC0\x04\0\0\0\0\0\0", 16) == Tensor{-2.5});
  CHECK(tensor_of("\0\0\x08\0\x07", 5) == Tensor::scalar(std::uint8_t{7}));
  CHECK(tensor_of("\0\0\x08\x02\0\0\0\0\0\0\0\x02", 12).spec() == TensorSpec{DType::u8, {0, 2}});
}

TEST_CASE("IDX files that are refused") {
  const auto problem = [](const std::string& bytes) { return problem_of(bytes, read); };
  CHECK(problem("") == "byte 0: the beginning of an IDX file takes 4 bytes, but 0 follow");
  CHECK(problem("PK\x03\x04") == "byte 0: it does not begin with two zeros, as an IDX file does");
  CHECK(problem(text("\0\0\x0A\x01", 4)) ==
        "byte 2: the type of the elements is 10; 8, 9, 11, 12, 13 and 14 are known");
  CHECK(problem(text("\0\0\xFF\x01", 4)).starts_with("byte 2: the type of the elements is 255"));
  CHECK(problem(text("\0\0\x08\x09", 4) + std::string(36, '\1')) ==
        "byte 3: a tensor has rank 9, but the highest rank of deft is 8");
  CHECK(problem(text("\0\0\x0E\x04", 4) + std::string(16, '\x7F'))
            .starts_with("byte 3: the size of a tensor of shape [2139062143, 2139062143, "
                         "2139062143, 2139062143]"));
  CHECK(problem(text("\0\0\x08\x02\xFF\xFF\xFF\xFF\0\xFF\xFF\xFF", 12)) ==
        "byte 12: a tensor u8[4294967295, 16777215] takes 72057589726183425 bytes, but 0 follow");
  CHECK(problem(pictures + "x") == "byte 18: the tensor ends here, but 1 bytes follow");
}

TEST_CASE("damaged IDX files") {
  check_cuts(pictures, read);
  check_flips(pictures, read);
  const std::string compressed = gzipped(pictures);
  check_cuts(compressed, read);
  check_flips(compressed, read);

  CHECK(problem_of(compressed + "x", read).starts_with("byte 18: the compressed bytes"));
  CHECK(problem_of(gzipped(pictures + "x"), read) ==
        "byte 18: the tensor ends here, but bytes follow");
  CHECK(problem_of(gzipped(pictures.substr(0, 17)), read) ==
        "byte 17: the bytes end; 1 more are needed");
  std::string other_sum = compressed;
  other_sum[compressed.size() - 8] ^= 1;  // of the CRC-32
  CHECK(problem_of(other_sum, read) ==
        "byte 18: the compressed bytes are damaged (incorrect data check)");
  CHECK(problem_of(compressed.substr(0, compressed.size() - 1), read) ==
        "byte 18: the compressed bytes end too early");
}

TEST_CASE("a small compressed file cannot ask for much memory") {
  const std::string header = text("\0\0\x08\x02\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF", 12);
  CHECK(problem_of(gzipped(header), read).find("bytes, but at most ") != std::string::npos);
}

}  // namespace deft
