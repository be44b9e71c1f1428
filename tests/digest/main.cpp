// Writes a digest of what deft computes: a line for each family of graphs and each kind of session.

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include <deft/deft.hpp>

#include "families.hpp"
#include "options.hpp"
#include "subject.hpp"
#include "support/instruction_sets.hpp"

namespace deft::digest {
namespace {

/// A kind of sessions.
struct Mode {
  const char* name;
  SessionOptions options;
  bool exact;  // the bits are those of the operations, one by one
};

std::vector<Mode> all_modes() {
  std::vector<Mode> modes{{"plain", {}, true},
                          {"optimized", {}, true},
                          {"portable", {}, true},
                          {"reassociate", {}, false}};
  modes[0].options.optimizations = Optimizations::none();
  modes[2].options.optimizations.generate_code = false;
  modes[3].options.numerics = Numerics::reassociate;
  return modes;
}

/// Prints digests of families; names on stderr what gives two digests and should give one.
class Report {
 public:
  explicit Report(const Options& options) : options_(options) {}

  void add(const Family& family) {
    std::vector<Hash> hashes(modes_.size());
    for (std::size_t i = 0; i < family.count; ++i) {
      const Subject subject = family.make(i);
      const std::string name =
          family.name + "/" + std::to_string(i) + (subject.name.empty() ? "" : " ") + subject.name;
      const std::vector<std::uint64_t> digests = digests_of(subject, name);
      for (std::size_t mode = 0; mode < modes_.size(); ++mode) {
        hashes[mode].add(digests[mode]);
        if (options_.verbose) print(name, modes_[mode], 1, digests[mode]);
      }
    }
    for (std::size_t mode = 0; mode < modes_.size(); ++mode)
      print(family.name, modes_[mode], family.count, hashes[mode].value());
  }

  bool consistent() const { return differences_ == 0; }

 private:
  /// A digest for each mode, and complaints where a number of threads gives another.
  std::vector<std::uint64_t> digests_of(const Subject& subject, const std::string& name) {
    std::vector<std::uint64_t> digests;
    for (const Mode& mode : modes_) {
      SessionOptions options = mode.options;
      for (std::size_t i = 0; i < options_.threads.size(); ++i) {
        options.threads = options_.threads[i];
        const std::uint64_t digest = digest_of(subject, options);
        if (i == 0) digests.push_back(digest);
        const std::uint64_t expected = mode.exact ? digests.front() : digests.back();
        if (digest == expected) continue;
        ++differences_;
        std::fprintf(stderr, "%s: %s with %d threads gives %016jx, not %016jx\n", name.c_str(),
                     mode.name, options.threads, std::uintmax_t{digest}, std::uintmax_t{expected});
      }
    }
    return digests;
  }

  static void print(const std::string& name, const Mode& mode, std::size_t count,
                    std::uint64_t digest) {
    std::printf("%-32s %-12s %6zu %016jx\n", name.c_str(), mode.name, count,
                std::uintmax_t{digest});
    std::fflush(stdout);
  }

  const Options& options_;
  const std::vector<Mode> modes_ = all_modes();
  std::size_t differences_ = 0;
};

int run(const Options& options) {
  if (options.help) {
    std::fputs(usage, stdout);
    return 0;
  }
  const InstructionSet instructions(options.instructions);
  Report report(options);
  bool found = false;
  for (const auto& families : {random_graphs(options.graphs), elements(), reductions(), products(),
                               networks(), training(), examples(), benchmark()})
    for (const Family& family : families)
      if (family.name.find(options.only) != std::string::npos) {
        report.add(family);
        found = true;
      }
  if (!found) throw std::invalid_argument("no family's name contains '" + options.only + "'");
  return report.consistent() ? 0 : 1;
}

}  // namespace
}  // namespace deft::digest

int main(int argc, char** argv) {
  try {
    return deft::digest::run(deft::digest::parse_options({argv + 1, argv + argc}));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "deft_digest: %s\n", error.what());
    return 2;
  }
}
