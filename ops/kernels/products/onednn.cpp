#include "onednn.hpp"

#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <sys/mman.h>

#include <dnnl.hpp>

#include <deft/core/error.hpp>

#include "kernels/blocks.hpp"
#include "kernels/environment/single_thread.hpp"

namespace deft {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw InternalError("oneDNN refused a matrix product: " + what);
}

void check(dnnl_status_t status, const char* call) {
  if (status == dnnl_out_of_memory) throw std::bad_alloc();
  if (status != dnnl_success)
    fail(std::string(call) + " returned status " + std::to_string(static_cast<int>(status)));
}

/// Throws std::bad_alloc where oneDNN might find no room for the kernels that it makes when a
/// product is made ready and when one is executed first: it does not look whether it got any.
void require_room_for_kernels() {
  constexpr std::size_t bytes = 1 << 24;  // it takes up to 10 MB
  void* const room =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) throw std::bad_alloc();
  ::munmap(room, bytes);
}

using dnnl::memory;

memory::desc matrix(std::int64_t rows, std::int64_t columns, std::int64_t row_stride,
                    std::int64_t column_stride) {
  return {{rows, columns}, memory::data_type::f32, memory::dims{row_stride, column_stride}};
}

bool has_avx512() {
  constexpr auto avx512 = static_cast<unsigned>(dnnl::cpu_isa::avx512_core);
  return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & avx512) == avx512;
}

/// Whether a product of `terms` terms by oneDNN's `implementation` may move the stack pointer onto
/// the heap. oneDNN's "gemm:jit" kernels copy rows of all their terms to the stack if 16 kB hold
/// them (8 kB in some builds), and otherwise take a buffer on the heap for their stack.
bool may_move_stack(std::string_view implementation, std::int64_t terms) {
  return implementation.find("gemm:") != std::string_view::npos &&
         terms > (has_avx512() ? 32 : 128);
}

/// A primitive for `rows` rows and `columns` columns of the product, with the memory descriptions
/// that it takes.
struct Primitive {
  memory::desc a, b, c, scratchpad;
  dnnl::matmul matmul;
  bool moves_stack = false;

  Primitive(const dnnl::engine& engine, const ProductShape& shape, std::int64_t rows,
            std::int64_t columns)
      : a(matrix(rows, shape.k, shape.a_row(), shape.a_term())),
        b(matrix(shape.k, columns, shape.b_term(), shape.b_column())),
        c(matrix(rows, columns, shape.n, 1)) {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
#if DNNL_VERSION_MAJOR >= 3
    const dnnl::matmul::primitive_desc description(engine, a, b, c, attributes);
#else
    const dnnl::matmul::primitive_desc description({a, b, c}, attributes, engine);
#endif
    scratchpad = description.scratchpad_desc();
    moves_stack = may_move_stack(description.impl_info_str(), shape.k);
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
/// allocation, unless more threads than were expected run one product at once.
class ArgumentPool {
 public:
  static constexpr int size = 16;

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
  std::array<std::atomic<Arguments*>, size> slots_{};
};

/// A primitive and its pool.
class Executable {
 public:
  Executable(const dnnl::engine& engine, const ProductShape& shape, std::int64_t rows,
             std::int64_t columns, int threads)
      : engine_(engine), primitive_(engine_, shape, rows, columns) {
    for (int i = 0; i < std::min(threads, ArgumentPool::size); ++i)
      pool_.put(std::make_unique<Arguments>(engine_, primitive_));
  }

  std::size_t scratchpad_bytes() const { return primitive_.scratchpad.get_size(); }
  bool moves_stack() const { return primitive_.moves_stack; }

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

/// Rows [0, rows) of the transpose of `from`, whose rows are `stride` long, with `terms` each.
void transpose_rows(const float* from, std::int64_t stride, std::int64_t rows, std::int64_t terms,
                    float* to) {
  constexpr std::int64_t tile = 32;
  for (std::int64_t t = 0; t < terms; t += tile)
    for (std::int64_t r = 0; r < rows; r += tile)
      for (std::int64_t i = r; i < std::min(r + tile, rows); ++i)
        for (std::int64_t j = t; j < std::min(t + tile, terms); ++j)
          to[i * terms + j] = from[j * stride + i];
}

bool both_transposed(const ProductShape& shape) { return shape.transpose_a && shape.transpose_b; }

class OnednnProduct final : public Product {
 public:
  OnednnProduct(const ProductShape& shape, int threads)
      : shape_(shape),
        copies_a_(both_transposed(shape)),
        cut_(cut_grid(shape)),
        engine_(dnnl::engine::kind::cpu, 0) {
    if (copies_a_) shape_.transpose_a = false;
    parts = cut_.parts();
    part_rows = cut_.part_rows();
    for (const bool last_row : {false, true})
      for (const bool last_column : {false, true}) prepare(last_row, last_column, threads);
    copy_offset_ = whole_lines(private_bytes);
    if (copies_a_)
      private_bytes =
          copy_offset_ + static_cast<std::size_t>(cut_.rows.per_part * shape.k) * sizeof(float);
  }

  void run(const ProductArgs& args, std::int64_t part) const override {
    const SingleThread guard;
    if (!has_run_.load(std::memory_order_relaxed)) require_room_for_kernels();
    const std::int64_t r = cut_.row_part(part);
    const std::int64_t c = cut_.column_part(part);
    const std::int64_t row = cut_.rows.begin(r);
    const std::int64_t column = cut_.columns.begin(c);
    const auto* const a = static_cast<const float*>(args.a);
    const auto& executable =
        executables_[index(r + 1 == cut_.rows.parts(), c + 1 == cut_.columns.parts())];
    executable->run(
        copies_a_ ? copy_of_a(a + row, cut_.rows.size(r), args.private_) : a + row * shape_.a_row(),
        static_cast<const float*>(args.b) + column * shape_.b_column(),
        static_cast<float*>(args.c) + row * shape_.n + column, args.private_);
    if (!has_run_.load(std::memory_order_relaxed)) has_run_.store(true, std::memory_order_relaxed);
  }

 private:
  static std::size_t index(bool last_row, bool last_column) {
    return (last_row ? 2U : 0U) + (last_column ? 1U : 0U);
  }

  void prepare(bool last_row, bool last_column, int threads) {
    const RowCut& r = cut_.rows;
    const RowCut& c = cut_.columns;
    if ((!last_row && r.parts() == 1) || (!last_column && c.parts() == 1)) return;
    Executable& made = executables_[index(last_row, last_column)].emplace(
        engine_, shape_, r.size(last_row ? r.parts() - 1 : 0),
        c.size(last_column ? c.parts() - 1 : 0), threads);
    private_bytes = std::max(private_bytes, made.scratchpad_bytes());
    moves_stack = moves_stack || made.moves_stack();
  }

  /// oneDNN's kernel for two transposed operands loses a quarter of its speed when the product is
  /// cut into parts; its kernel for one transposed operand does not, so a part transposes its a.
  const float* copy_of_a(const float* a, std::int64_t rows, std::byte* scratch) const {
    auto* const to = reinterpret_cast<float*>(scratch + copy_offset_);
    transpose_rows(a, shape_.m, rows, shape_.k, to);
    return to;
  }

  ProductShape shape_;  // as oneDNN gets it
  bool copies_a_;       // a is stored transposed, and so is b
  GridCut cut_;
  dnnl::engine engine_;
  std::array<std::optional<Executable>, 4> executables_;  // the last row and column of parts differ
  mutable std::atomic<bool> has_run_{false};
  std::size_t copy_offset_ = 0;  // in a part's private bytes
};

}  // namespace

/// With AVX-512 long sums are cut into blocks, whose length is another if oneDNN packs a from its
/// transpose (seen from 1025 terms on; 256 are one block in all its kernels). Without, kernels for
/// other ways of storing the operands add in other orders, also short sums.
int onednn_order(const ProductShape& shape) {
  if (!has_avx512()) return (shape.transpose_a ? 2 : 0) + (shape.transpose_b ? 1 : 0);
  const bool packs_transpose = shape.transpose_a && !both_transposed(shape);
  return shape.k > 256 && packs_transpose ? 1 : 0;
}

std::unique_ptr<Product> onednn_product(const ProductShape& shape, int threads) {
  const SingleThread guard;
  require_room_for_kernels();
  try {
    return std::make_unique<OnednnProduct>(shape, threads);
  } catch (const dnnl::error& error) {
    check(error.status, error.what());
    throw;
  }
}

}  // namespace deft
