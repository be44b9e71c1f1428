#include "kernels/onednn.hpp"

#include <array>
#include <atomic>
#include <string>
#include <utility>

#include <dlfcn.h>

#include <dnnl.hpp>

#include <deft/core/error.hpp>

namespace deft {
namespace {

/// While it lives, OpenMP regions that this thread enters have a team of one: oneDNN built with
/// OpenMP would otherwise start a team inside each of deft's workers. The caller's own setting
/// comes back afterwards. The functions are looked up in the process, so that deft needs no OpenMP
/// itself.
class SingleThread {
 public:
  SingleThread() {
    if (functions().set == nullptr) return;
    outer_ = functions().get();
    if (outer_ != 1) functions().set(1);
  }
  ~SingleThread() {
    if (outer_ > 1) functions().set(outer_);
  }
  SingleThread(const SingleThread&) = delete;
  SingleThread& operator=(const SingleThread&) = delete;

 private:
  struct Functions {
    void (*set)(int) = nullptr;
    int (*get)() = nullptr;
  };

  static const Functions& functions() {
    static const Functions found = [] {
      Functions f;
      f.set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
      f.get = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_get_max_threads"));
      return f.set != nullptr && f.get != nullptr ? f : Functions{};
    }();
    return found;
  }

  int outer_ = 1;
};

[[noreturn]] void fail(const std::string& what) {
  throw InternalError("oneDNN refused a matrix product: " + what);
}

void check(dnnl_status_t status, const char* call) {
  if (status == dnnl_out_of_memory) throw std::bad_alloc();
  if (status != dnnl_success)
    fail(std::string(call) + " returned status " + std::to_string(static_cast<int>(status)));
}

using dnnl::memory;

memory::desc matrix(std::int64_t rows, std::int64_t columns, std::int64_t row_stride,
                    std::int64_t column_stride) {
  return {{rows, columns}, memory::data_type::f32, memory::dims{row_stride, column_stride}};
}

/// A primitive for `rows` rows of the product, with the memory descriptions that it takes.
struct Primitive {
  memory::desc a, b, c, scratchpad;
  dnnl::matmul matmul;

  Primitive(const dnnl::engine& engine, const ProductShape& shape, std::int64_t rows)
      : a(matrix(rows, shape.k, shape.a_row(), shape.a_term())),
        b(matrix(shape.k, shape.n, shape.b_term(), shape.b_column())),
        c(matrix(rows, shape.n, shape.n, 1)) {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
#if DNNL_VERSION_MAJOR >= 3
    const dnnl::matmul::primitive_desc description(engine, a, b, c, attributes);
#else
    const dnnl::matmul::primitive_desc description({a, b, c}, attributes, engine);
#endif
    scratchpad = description.scratchpad_desc();
    matmul = dnnl::matmul(description);
  }
};

/// What one execution at a time needs: memory objects, whose data pointers it sets, and a stream.
struct Arguments {
  memory a, b, c, scratchpad;
  dnnl::stream stream;

  Arguments(const dnnl::engine& engine, const Primitive& primitive)
      : a(primitive.a, engine, nullptr),
        b(primitive.b, engine, nullptr),
        c(primitive.c, engine, nullptr),
        scratchpad(primitive.scratchpad, engine, nullptr),
        stream(engine) {}
};

/// Arguments at rest. An execution takes a set and puts it back: two atomic exchanges and no
/// allocation, except for the first time that so many threads run one product at once.
class ArgumentPool {
 public:
  ~ArgumentPool() {
    for (auto& slot : slots_) delete slot.load();
  }

  std::unique_ptr<Arguments> take() {
    for (auto& slot : slots_) {
      if (slot.load(std::memory_order_relaxed) == nullptr) continue;
      if (Arguments* found = slot.exchange(nullptr, std::memory_order_acquire))
        return std::unique_ptr<Arguments>(found);
    }
    return nullptr;
  }

  /// Keeps `arguments` if there is room.
  void put(std::unique_ptr<Arguments> arguments) {
    for (auto& slot : slots_) {
      Arguments* expected = nullptr;
      if (slot.compare_exchange_strong(expected, arguments.get(), std::memory_order_release,
                                       std::memory_order_relaxed)) {
        static_cast<void>(arguments.release());
        return;
      }
    }
  }

 private:
  std::array<std::atomic<Arguments*>, 16> slots_{};
};

/// A primitive and its pool.
class Executable {
 public:
  Executable(const dnnl::engine& engine, const ProductShape& shape, std::int64_t rows)
      : engine_(engine), primitive_(engine_, shape, rows) {
    pool_.put(std::make_unique<Arguments>(engine_, primitive_));
  }

  std::size_t scratchpad_bytes() const { return primitive_.scratchpad.get_size(); }

  void run(const float* a, const float* b, float* c, std::byte* scratchpad) const {
    std::unique_ptr<Arguments> arguments = pool_.take();
    if (arguments == nullptr) arguments = std::make_unique<Arguments>(engine_, primitive_);
    // oneDNN's C interface takes the arguments as an array; the C++ one wants a hash map.
    set(arguments->a, const_cast<float*>(a));
    set(arguments->b, const_cast<float*>(b));
    set(arguments->c, c);
    set(arguments->scratchpad, scratchpad);
    const std::array<dnnl_exec_arg_t, 4> list{{
        {DNNL_ARG_SRC, arguments->a.get()},
        {DNNL_ARG_WEIGHTS, arguments->b.get()},
        {DNNL_ARG_DST, arguments->c.get()},
        {DNNL_ARG_SCRATCHPAD, arguments->scratchpad.get()},
    }};
    check(dnnl_primitive_execute(primitive_.matmul.get(), arguments->stream.get(),
                                 static_cast<int>(list.size()), list.data()),
          "dnnl_primitive_execute");
    pool_.put(std::move(arguments));
  }

 private:
  static void set(const memory& memory, void* data) {
    check(dnnl_memory_set_data_handle(memory.get(), data), "dnnl_memory_set_data_handle");
  }

  dnnl::engine engine_;  // a share of it, so that it outlives what was made with it
  Primitive primitive_;
  mutable ArgumentPool pool_;
};

/// oneDNN's kernel for two transposed operands takes half as long again per row of a part.
RowCut cut(const ProductShape& shape) {
  return shape.transpose_a && shape.transpose_b ? RowCut{shape.m, shape.m} : cut_rows(shape);
}

class OnednnProduct final : public Product {
 public:
  explicit OnednnProduct(const ProductShape& shape)
      : shape_(shape),
        cut_(cut(shape)),
        engine_(dnnl::engine::kind::cpu, 0),
        body_(engine_, shape, cut_.per_part),
        last_(engine_, shape, cut_.size(cut_.parts() - 1)) {
    parts = cut_.parts();
    private_bytes = std::max(body_.scratchpad_bytes(), last_.scratchpad_bytes());
  }

  void run(const ProductArgs& args, std::int64_t part) const override {
    const SingleThread guard;
    const std::int64_t row = cut_.begin(part);
    const Executable& executable = part + 1 < parts ? body_ : last_;
    executable.run(static_cast<const float*>(args.a) + row * shape_.a_row(),
                   static_cast<const float*>(args.b), static_cast<float*>(args.c) + row * shape_.n,
                   args.private_);
  }

 private:
  ProductShape shape_;
  RowCut cut_;
  dnnl::engine engine_;
  Executable body_;
  Executable last_;
};

}  // namespace

std::unique_ptr<Product> onednn_product(const ProductShape& shape) {
  const SingleThread guard;
  try {
    return std::make_unique<OnednnProduct>(shape);
  } catch (const dnnl::error& error) {
    check(error.status, error.what());
    throw;
  }
}

}  // namespace deft
