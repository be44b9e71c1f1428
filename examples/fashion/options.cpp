#include "options.hpp"

#include <bit>
#include <limits>

#include "common/command_line.hpp"
#include "common/common_options.hpp"
#include "common/errors.hpp"

namespace examples::fashion {
namespace {

// Keep a slip of the finger from filling the machine's memory; nothing else depends on them.
constexpr std::int64_t max_epochs = 10'000;

ModelKind model(const Argument& argument) {
  for (const ModelKind kind : {ModelKind::mlp, ModelKind::cnn}) {
    if (argument.text == to_string(kind)) return kind;
  }
  argument.fail("is neither mlp nor cnn");
}

constexpr OptionDef<Options> option_defs[] = {
    {"--model", "KIND", "mlp: three hidden layers; cnn: two convolutions (default mlp)",
     [](Options& o, const Argument& a) { o.model = model(a); }},
    {"--epochs", "N", "how often each picture is seen (default: 20, of the cnn 15)",
     [](Options& o, const Argument& a) { o.epochs = a.integer(1, max_epochs); }},
    {"--seed", "N", "of initial weights, order and dropout (default 1)",
     [](Options& o, const Argument& a) {
       o.seed = a.integer(0, std::numeric_limits<std::int64_t>::max());
     }},
    threads_option<Options>,
    {"--data", "DIR", "a folder with the four idx.gz files (default: Debian's)",
     [](Options& o, const Argument& a) { o.data = a.text; }},
    {"--checkpoint", "DIR", "keep the last three epochs there",
     [](Options& o, const Argument& a) { o.checkpoint = a.text; }},
    {"--resume", "", "go on from the last epoch kept, if any, to the same bits",
     [](Options& o, const Argument&) { o.resume = true; }},
    {"--tensorboard", "DIR", "write curves, histograms, pictures and the graph there",
     [](Options& o, const Argument& a) { o.tensorboard = a.text; }},
    {"--svg", "FILE.svg", "draw curves, confusion matrix and the worst mistakes",
     [](Options& o, const Argument& a) { o.svg = a.text; }},
    {"--export", "FILE.onnx", "write what was learnt as a model of ONNX",
     [](Options& o, const Argument& a) { o.onnx = a.text; }},
    {"--ranks", "env", "train with the other processes of a launcher: launch.sh, mpirun, srun",
     [](Options& o, const Argument& a) {
       if (a.text != "env") a.fail("is not env, which lets the launcher say who is who");
       o.ranks = true;
     }},
    {"--rejoin", "", "if one of these ends, wait for its successor and go on; else end too",
     [](Options& o, const Argument&) { o.rejoin = true; }},
    {"--shards", "N", "cut batches into so many: the same bits for 1, 2, 4 ... ranks (default: no)",
     [](Options& o, const Argument& a) {
       o.shards = a.integer(1, batch_size);
       if (!std::has_single_bit(static_cast<std::uint64_t>(o.shards))) {
         a.fail("is no power of two");
       }
     }},
    {"--json", "", "print one JSON object instead of the tables",
     [](Options& o, const Argument&) { o.json = true; }},
    help_option<Options>,
};

}  // namespace

const char* to_string(ModelKind kind) { return kind == ModelKind::mlp ? "mlp" : "cnn"; }

Options parse_options(std::span<const char* const> arguments) {
  Options options;
  apply_options(arguments, option_defs, options);
  if (options.resume && options.checkpoint.empty()) {
    throw UserError("--resume goes on from a checkpoint; give its folder with --checkpoint");
  }
  if (options.rejoin && !options.ranks) {
    throw UserError("--rejoin waits for another process of the training; give --ranks env too");
  }
  if (options.epochs == 0) options.epochs = options.model == ModelKind::mlp ? 20 : 15;
  return options;
}

std::string usage() {
  return "Learns to tell the ten kinds of clothes of Fashion-MNIST, as a deferred graph.\n"
         "\n"
         "usage: fashion [options]\n"
         "\n" +
         help_lines(option_defs) +
         "\n"
         "Exit status: 0 on success, 1 if another process of the training ended, 2 on any error.\n";
}

}  // namespace examples::fashion
