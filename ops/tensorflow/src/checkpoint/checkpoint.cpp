#include <deft/tensorflow/checkpoint.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/files/bytes.hpp>
#include <deft/core/files/crc32c.hpp>
#include <deft/core/files/wire.hpp>
#include <deft/core/utf8.hpp>

#include "checkpoint/table.hpp"
#include "data_types.hpp"
#include "text.hpp"

namespace deft {
namespace tensorflow {
namespace {

// The numbers of the fields of tensor_bundle.proto, and of what it imports.
namespace header {
constexpr std::uint32_t num_shards = 1, endianness = 2, version = 3;
}
namespace version {
constexpr std::uint32_t producer = 1, min_consumer = 2;
}
namespace entry {
constexpr std::uint32_t dtype = 1, shape = 2, shard_id = 3, offset = 4, size = 5, crc32c = 6,
                        slices = 7;
}
constexpr std::uint32_t shape_dim = 2;
constexpr std::uint32_t dim_size = 1;

constexpr std::string_view object_graph = "_CHECKPOINTABLE_OBJECT_GRAPH";
constexpr int known_version = 1;

/// BundleEntryProto.
struct Entry {
  int dtype = 0;
  std::vector<std::int64_t> dims;
  std::int64_t shard = 0;
  std::int64_t offset = 0;
  std::int64_t size = 0;
  std::uint32_t crc = 0;
  bool is_sliced = false;
};

std::string shard_path(const std::string& prefix, std::int64_t shard, std::int64_t shards) {
  const auto five = [](std::int64_t number) {
    const std::string digits = std::to_string(number);
    return std::string(5 - std::min<std::size_t>(5, digits.size()), '0') + digits;
  };
  return prefix + ".data-" + five(shard) + "-of-" + five(shards);
}

/// The value of an entry of the table as a message of its own, at its offset in the file.
class EntryReader {
 public:
  EntryReader(const WireSource& index, const TableEntry& entry)
      : source_{index.name + " (" + (entry.key.empty() ? "the header" : in_quotes(entry.key)) + ")",
                entry.value, index.where} {}

  /// The number of shards.
  std::int64_t header() const {
    WireReader reader(source_);
    std::int64_t shards = 0;
    while (reader.next()) switch (reader.field()) {
        case header::num_shards:
          shards = reader.varint<std::int32_t>();
          break;
        case header::endianness:
          if (reader.varint<std::uint64_t>() != 0)
            reader.fail("the numbers are big-endian, which deft does not read");
          break;
        case header::version:
          check_version(reader.message());
          break;
        default:
          break;
      }
    if (shards < 1 || shards > 99'999)
      reader.fail("the checkpoint has " + std::to_string(shards) + " shards");
    return shards;
  }

  Entry entry() const {
    WireReader reader(source_);
    Entry read;
    while (reader.next()) switch (reader.field()) {
        case entry::dtype:
          read.dtype = reader.varint<int>();
          break;
        case entry::shape:
          read_shape(reader.message(), read.dims);
          break;
        case entry::shard_id:
          read.shard = reader.varint<std::int32_t>();
          break;
        case entry::offset:
          read.offset = reader.varint<std::int64_t>();
          break;
        case entry::size:
          read.size = reader.varint<std::int64_t>();
          break;
        case entry::crc32c:
          read.crc = reader.fixed<std::uint32_t>();
          break;
        case entry::slices:
          read.is_sliced = true;
          break;
        default:
          break;
      }
    return read;
  }

 private:
  static void check_version(WireReader reader) {
    while (reader.next())
      if (reader.field() == version::min_consumer && reader.varint<int>() > known_version)
        reader.fail("it wants a reader of version " + std::to_string(reader.varint<int>()) +
                    ", but deft knows version " + std::to_string(known_version));
  }
  static void read_shape(WireReader reader, std::vector<std::int64_t>& dims) {
    while (reader.next()) {
      if (reader.field() != shape_dim) continue;
      WireReader dim = reader.message();
      std::int64_t size = 0;
      while (dim.next())
        if (dim.field() == dim_size) size = dim.varint<std::int64_t>();
      if (size < 0) reader.fail("a dimension is " + std::to_string(size));
      if (dims.size() == Shape::max_rank)
        reader.fail("the rank is over " + std::to_string(Shape::max_rank));
      dims.push_back(size);
    }
  }

  WireSource source_;
};

[[noreturn]] void refuse(const std::string& file, const std::string& problem,
                         const std::string& cure, SourceLocation where) {
  throw FileError({.code = ErrorCode::file_format,
                   .message = in_quotes(file) + ": " + problem,
                   .cure = cure,
                   .where = where});
}

/// One checkpoint that is read.
class Bundle {
 public:
  Bundle(const std::string& prefix, SourceLocation where)
      : prefix_(prefix), where_(where), index_(prefix + ".index") {}

  std::vector<NamedTensor> read() {
    const std::string bytes = read_bytes(index_, where_);
    const WireSource source{index_, bytes, where_};
    const std::vector<TableEntry> table = read_table(source);
    if (table.empty() || !table.front().key.empty())
      refuse(index_, "the table does not begin with the header of a checkpoint",
             "give the index of a checkpoint of version 2", where_);
    shards_ = EntryReader(source, table.front()).header();
    std::vector<std::pair<std::string, Entry>> entries;
    for (std::size_t i = 1; i < table.size(); ++i) {
      if (table[i].key == object_graph) continue;
      entries.emplace_back(table[i].key, EntryReader(source, table[i]).entry());
    }
    check(entries);
    std::vector<NamedTensor> tensors;
    tensors.reserve(entries.size());
    for (const auto& [name, entry] : entries) tensors.push_back({name, tensor(name, entry)});
    return tensors;
  }

 private:
  /// Refuses what deft does not read, all of it at once.
  void check(const std::vector<std::pair<std::string, Entry>>& entries) const {
    std::string problems;
    const auto add = [&](const std::string& name, const std::string& problem) {
      problems += (problems.empty() ? "" : "; ") + in_quotes(name) + " " + problem;
    };
    for (const auto& [name, entry] : entries) {
      if (name.find('\0') != std::string::npos)
        add(name, "is a slice of a variable");
      else if (!is_utf8(name))
        add(name, "is not UTF-8");
      else if (entry.is_sliced)
        add(name, "was saved in slices");
      else if (!dtype_of_type(entry.dtype) || entry.dtype > reference)
        add(name, "is " + type_name(entry.dtype));
      else if (entry.shard < 0 || entry.shard >= shards_)
        add(name, "is in shard " + std::to_string(entry.shard) + " of " + std::to_string(shards_));
      else if (entry.offset < 0 || entry.size < 0)
        add(name, "has a negative offset or size");
    }
    if (!problems.empty())
      refuse(index_, problems, "save whole variables of numbers and bools", where_);
  }

  Tensor tensor(const std::string& name, const Entry& entry) const {
    const DType dtype = *dtype_of_type(entry.dtype);
    const Shape shape(entry.dims, where_);
    const std::size_t wanted = shape.num_bytes(dtype, where_);
    if (static_cast<std::uint64_t>(entry.size) != wanted)
      refuse(index_,
             in_quotes(name) + ", " + to_string(TensorSpec{dtype, shape}) + ", should have " +
                 std::to_string(wanted) + " bytes, but has " + std::to_string(entry.size),
             "give a file that is whole", where_);
    const std::string path = shard_path(prefix_, entry.shard, shards_);
    check_size(path, name, entry);
    Tensor made = Tensor::uninitialized(dtype, shape, where_);
    const std::span<std::byte> bytes(static_cast<std::byte*>(made.mutable_raw(where_)), wanted);
    read_bytes(path, static_cast<std::uint64_t>(entry.offset), bytes, where_);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const auto fail = [&](const std::string& problem) {
      refuse(path, "offset " + std::to_string(entry.offset) + ": " + problem,
             "give a file that is whole", where_);
    };
    if (masked_crc32c(text) != entry.crc) fail("the checksum of " + in_quotes(name) + " is wrong");
    if (dtype == DType::boolean && std::ranges::any_of(text, [](char c) { return (c & ~1) != 0; }))
      fail(in_quotes(name) + " has an element that is neither 0 nor 1");
    return made;
  }

  /// Refuses a tensor that goes beyond its file, before memory is taken for it.
  void check_size(const std::string& path, const std::string& name, const Entry& entry) const {
    std::error_code problem;
    const std::uintmax_t size = std::filesystem::file_size(path, problem);
    if (problem) return;  // reading says why
    const auto offset = static_cast<std::uint64_t>(entry.offset);
    if (offset <= size && static_cast<std::uint64_t>(entry.size) <= size - offset) return;
    refuse(path,
           in_quotes(name) + " should have " + std::to_string(entry.size) + " bytes from offset " +
               std::to_string(offset) + " on, but the file has " + std::to_string(size),
           "give a file that is whole", where_);
  }

  const std::string& prefix_;
  SourceLocation where_;
  std::string index_;
  std::int64_t shards_ = 0;
};

std::string header_bytes() {
  WireWriter out;
  out.varint(header::num_shards, 1);
  out.message(header::version, [&] { out.varint(version::producer, known_version); });
  return std::move(out).text();
}

std::string entry_bytes(const Tensor& tensor, std::uint64_t offset, std::uint32_t crc) {
  WireWriter out;
  out.varint(entry::dtype, type_of(tensor.dtype()));
  out.message(entry::shape, [&] {
    for (const std::int64_t size : tensor.shape().dims())
      out.message(shape_dim, [&] { out.varint(dim_size, size); });
  });
  if (offset != 0) out.varint(entry::offset, offset);
  out.varint(entry::size, tensor.num_bytes());
  out.fixed(entry::crc32c, crc);
  return std::move(out).text();
}

std::vector<const NamedTensor*> sorted_by_name(const std::string& index,
                                               const std::vector<NamedTensor>& tensors,
                                               SourceLocation where) {
  std::vector<const NamedTensor*> order;
  order.reserve(tensors.size());
  for (const NamedTensor& tensor : tensors) order.push_back(&tensor);
  std::ranges::sort(order, {}, &NamedTensor::name);
  const auto fail = [&](const std::string& problem) {
    throw FileError({.code = ErrorCode::invalid_argument,
                     .message = "cannot write " + in_quotes(index) + ": " + problem,
                     .cure = "give every tensor a name of its own, not empty and UTF-8",
                     .where = where});
  };
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::string& name = order[i]->name;
    if (name.empty() || !is_utf8(name) || name.find('\0') != std::string::npos)
      fail("a tensor has the name " + in_quotes(name));
    if (i > 0 && order[i - 1]->name == name) fail("two tensors have the name " + in_quotes(name));
  }
  return order;
}

}  // namespace
}  // namespace tensorflow

std::vector<NamedTensor> read_tensorflow_checkpoint(const std::string& prefix,
                                                    SourceLocation where) {
  return tensorflow::Bundle(prefix, where).read();
}

void write_tensorflow_checkpoint(const std::string& prefix, const std::vector<NamedTensor>& tensors,
                                 SourceLocation where) {
  using namespace tensorflow;
  const std::string index = prefix + ".index";
  std::vector<std::pair<std::string, std::string>> entries{{"", header_bytes()}};
  std::string data;
  for (const NamedTensor* const named : sorted_by_name(index, tensors, where)) {
    const Tensor& tensor = named->tensor;
    const std::string_view bytes(static_cast<const char*>(tensor.raw()), tensor.num_bytes());
    entries.emplace_back(named->name, entry_bytes(tensor, data.size(), masked_crc32c(bytes)));
    data += bytes;
  }
  write_bytes(shard_path(prefix, 0, 1), data, where);
  write_bytes(index, write_table(entries), where);
}

}  // namespace deft
