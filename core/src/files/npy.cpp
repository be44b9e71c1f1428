#include "files/npy.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include <deft/core/files/npy.hpp>
#include <deft/core/visit_dtype.hpp>

#include "files/encoding.hpp"
#include "files/file.hpp"
#include "files/file_error.hpp"
#include "files/file_writer.hpp"
#include "files/npy_header.hpp"
#include "files/readers.hpp"

namespace deft {
namespace {

/// NumPy reads no longer header either.
constexpr std::size_t max_header = 10'000;

std::string read_header_text(ByteReader& reader) {
  constexpr const char* not_npy = "read what numpy.save wrote";
  reader.expect(npy_magic.size() + 2, "the beginning of an npy file");
  const std::string begin = reader.read_text(npy_magic.size() + 2);
  if (!begin.starts_with(npy_magic)) {
    reader.fail_at(0, "it does not begin as an npy file does", not_npy);
  }
  const int major = static_cast<unsigned char>(begin[npy_magic.size()]);
  const int minor = static_cast<unsigned char>(begin[npy_magic.size() + 1]);
  if (major < 1 || major > 3 || minor != 0) {
    reader.fail_at(npy_magic.size(),
                   "it is of version " + std::to_string(major) + '.' + std::to_string(minor) +
                       " of the npy format; 1.0, 2.0 and 3.0 are known",
                   not_npy);
  }
  const std::uint64_t length = little_endian(reader.read_text(major == 1 ? 2 : 4));
  if (length > max_header) {
    reader.fail("the header has " + std::to_string(length) + " bytes, more than " +
                    std::to_string(max_header),
                "the file is damaged, or no array of numbers");
  }
  return reader.read_text(length);
}

/// Where, among the middle dimensions of a shape, the element number `index` in row-major order
/// stands if the first index runs fastest.
std::size_t fortran_position(std::size_t index, std::span<const std::int64_t> middle) {
  std::size_t position = 0;
  for (std::size_t axis = middle.size(); axis-- > 0;) {
    const auto dim = static_cast<std::size_t>(middle[axis]);
    std::size_t stride = 1;
    for (std::size_t i = 0; i < axis; ++i) stride *= static_cast<std::size_t>(middle[i]);
    position += index % dim * stride;
    index /= dim;
  }
  return position;
}

/// Brings elements of a rank of 2 or more into row-major order. For each index of the middle
/// dimensions that is a transposed matrix, of which a square of a few cache lines is moved at a
/// time.
template <class T>
void to_row_major(std::span<const std::int64_t> dims, std::span<const T> from, std::span<T> to) {
  constexpr std::size_t side = 16;
  const auto rows = static_cast<std::size_t>(dims.front());
  const auto columns = static_cast<std::size_t>(dims.back());
  const std::size_t middle = from.size() / (rows * columns);
  for (std::size_t m = 0; m < middle; ++m) {
    const std::size_t n = fortran_position(m, dims.subspan(1, dims.size() - 2));
    for (std::size_t top = 0; top < rows; top += side) {
      for (std::size_t left = 0; left < columns; left += side) {
        for (std::size_t r = top; r < std::min(top + side, rows); ++r) {
          for (std::size_t c = left; c < std::min(left + side, columns); ++c) {
            to[(r * middle + m) * columns + c] = from[(c * middle + n) * rows + r];
          }
        }
      }
    }
  }
}

/// A tensor whose elements were read in Fortran order.
Tensor in_row_major_order(Tensor tensor, SourceLocation where) {
  const Shape& shape = tensor.shape();
  if (shape.rank() < 2 || tensor.num_elements() == 0) return tensor;
  Tensor result = Tensor::uninitialized(tensor.dtype(), shape, where);
  visit_width(tensor.dtype(), [&]<class T>(std::type_identity<T>) {
    const auto count = static_cast<std::size_t>(tensor.num_elements());
    to_row_major<T>(shape.dims(), {static_cast<const T*>(tensor.raw()), count},
                    {static_cast<T*>(result.mutable_raw()), count});
  });
  return result;
}

}  // namespace

Tensor read_npy_array(ByteReader& reader) {
  const std::string text = read_header_text(reader);
  const std::uint64_t position = reader.position() - text.size();
  const NpyHeader header = parse_npy_header(text, reader, position);
  const ElementsInfo info = describe_elements(reader, position, *header.encoding, header.dims);
  Tensor tensor = read_elements(reader, info, header.order);
  return header.fortran_order ? in_row_major_order(std::move(tensor), reader.where()) : tensor;
}

void check_npy_dtype(const std::string& path, std::string_view name, const Tensor& tensor,
                     SourceLocation where) {
  if (!encoding_of(tensor.dtype()).npy.empty()) return;
  throw_file_error(ErrorCode::dtype_mismatch,
                   "cannot write " + printable(path) + ": " +
                       (name.empty() ? "the tensor" : "tensor " + quoted(name)) + " is " +
                       to_string(tensor.spec()) + ", and NumPy has no such elements",
                   "write Tensor::to(DType::f32), or a safetensors file", where);
}

std::string npy_header(const Tensor& tensor) {
  const Encoding& encoding = encoding_of(tensor.dtype());
  std::string text = std::string("{'descr': '") + (size_of(encoding.dtype) == 1 ? '|' : '<');
  text.append(encoding.npy).append("', 'fortran_order': False, 'shape': (");
  const std::span<const std::int64_t> dims = tensor.shape().dims();
  for (std::size_t i = 0; i < dims.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(dims[i]);
  }
  text += dims.size() == 1 ? ",), }" : "), }";
  // NumPy leaves room for the first dimension to grow to 21 digits in place.
  if (!dims.empty()) text.append(21 - std::to_string(dims[0]).size(), ' ');
  constexpr std::size_t alignment = 64;  // of the elements
  const std::size_t before = npy_magic.size() + 4 + text.size() + 1;
  text.append(alignment - before % alignment, ' ') += '\n';
  std::string header(npy_magic);
  header += {'\x01', '\x00', static_cast<char>(text.size() & 0xFFU),
             static_cast<char>(text.size() >> 8U)};
  return header + text;
}

Tensor read_npy(const File& file) {
  ByteReader reader(file);
  Tensor tensor = read_npy_array(reader);
  reader.expect_end();
  return tensor;
}

Tensor read_npy(const std::string& path, SourceLocation where) {
  return with_memory_for(path, where, [&] { return read_npy(File(path, where)); });
}

void write_npy(const std::string& path, const Tensor& tensor, SourceLocation where) {
  with_memory_for(path, where, [&] {
    check_npy_dtype(path, "", tensor, where);
    FileWriter writer(path, where);
    writer.write(npy_header(tensor));
    writer.write(bytes_of(tensor));
    writer.commit();
  });
}

}  // namespace deft
