/// 100 MB of variables saved to a file and restored from it, against the calls of the system that
/// move the same bytes.

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "support/temp_folder.hpp"

namespace deft::benchmark {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// An open file.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : number_(open(path.c_str(), flags, 0600)) {
    if (number_ < 0) fail("open a file");
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(number_); }

  int number() const { return number_; }

 private:
  int number_;
};

/// u8, aligned as deft's tensors are: the system copies to such memory much faster.
Tensor room_for(const std::string& path) {
  return Tensor::uninitialized(DType::u8,
                               {static_cast<std::int64_t>(std::filesystem::file_size(path))});
}

void read_bytes(const std::string& path, Tensor& room) {
  const std::span<std::uint8_t> bytes = room.mutable_data<std::uint8_t>();
  const Descriptor file(path, O_RDONLY);
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t count = read(file.number(), &bytes[done], bytes.size() - done);
    if (count <= 0) fail("read a file");
    done += static_cast<std::size_t>(count);
  }
}

/// As careful as deft: what was there stays until all is on the disk.
void write_bytes(const std::string& path, const Tensor& tensor) {
  const std::span<const std::uint8_t> bytes = tensor.data<std::uint8_t>();
  const std::string draft = path + ".draft";
  {
    const Descriptor file(draft, O_WRONLY | O_CREAT | O_TRUNC);
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t count = write(file.number(), &bytes[done], bytes.size() - done);
      if (count <= 0) fail("write a file");
      done += static_cast<std::size_t>(count);
    }
    if (fsync(file.number()) != 0) fail("write a file");
  }
  std::filesystem::rename(draft, path);
}

/// A matrix for each of ten layers.
struct Model {
  explicit Model(const Setting& setting) {
    const std::int64_t rows = setting.size(2500, 5);
    for (std::uint32_t i = 0; i < 10; ++i) {
      values.push_back(random_tensor({rows, 1000}, i));
      variables.push_back(variable(zeros(graph, DType::f32, {rows, 1000})));
      session.set(variables.back(), values.back());
    }
    save(session, path);
  }

  /// What was saved is restored.
  void check() {
    for (const Output& variable : variables)
      session.set(variable, Tensor::zeros(DType::f32, variable.shape()));
    restore(session, path);
    for (std::size_t i = 0; i < values.size(); ++i)
      expect_same_bytes(session.value(variables[i]), values[i]);
  }

  Graph graph;
  Session session{graph, {.threads = 1}};
  std::vector<Tensor> values;
  std::vector<Output> variables;
  TempFolder folder;
  std::string path = folder / "ours";
};

}  // namespace

Contest save_variables(const Setting& setting) {
  const auto model = std::make_shared<Model>(setting);
  model->check();
  const auto bytes = std::make_shared<Tensor>(room_for(model->path));
  read_bytes(model->path, *bytes);
  return {timed(
              setting,
              [=](std::int64_t n) {
                for (; n > 0; --n) save(model->session, model->path);
              },
              1e3),
          timed(
              setting,
              [=](std::int64_t n) {
                for (; n > 0; --n) write_bytes(model->folder / "by_hand", *bytes);
              },
              1e3)};
}

/// The file is in memory, where the system keeps what it has read. By hand, its bytes go to the
/// same place every time.
Contest load_variables(const Setting& setting) {
  const auto model = std::make_shared<Model>(setting);
  model->check();
  const auto bytes = std::make_shared<Tensor>(room_for(model->path));
  return {timed(
              setting,
              [=](std::int64_t n) {
                for (; n > 0; --n) restore(model->session, model->path);
              },
              1e3),
          timed(
              setting,
              [=](std::int64_t n) {
                for (; n > 0; --n) read_bytes(model->path, *bytes);
              },
              1e3)};
}

}  // namespace deft::benchmark
