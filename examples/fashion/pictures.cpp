#include "pictures.hpp"

#include <algorithm>
#include <filesystem>

#include "common/errors.hpp"
#include "common/text.hpp"

namespace examples::fashion {
namespace {

deft::Tensor read_bytes(const std::string& path) {
  deft::Tensor bytes = deft::read_idx(path);
  if (bytes.dtype() != deft::DType::u8) {
    throw UserError(printable(path, 200) + " has elements of dtype " +
                    std::string(deft::to_string(bytes.dtype())) + " and not of u8");
  }
  return bytes;
}

Pictures read_pictures(const std::string& folder, const std::string& part) {
  const std::string pixels_path = folder + "/" + part + "-images-idx3-ubyte.gz";
  const std::string labels_path = folder + "/" + part + "-labels-idx1-ubyte.gz";
  Pictures pictures{read_bytes(pixels_path), read_bytes(labels_path)};
  const std::int64_t size = pictures.size();
  if (pictures.labels.shape().rank() != 1 || size == 0) {
    throw UserError(printable(labels_path, 200) + " has the shape " +
                    pictures.labels.shape().to_string() + " and not that of a list of labels");
  }
  if (pictures.pixels.shape() != deft::Shape{size, side, side}) {
    throw UserError(printable(pixels_path, 200) + " has the shape " +
                    pictures.pixels.shape().to_string() + ", and its labels need " +
                    deft::Shape{size, side, side}.to_string());
  }
  const auto labels = pictures.labels.data<std::uint8_t>();
  const auto wrong = std::find_if(labels.begin(), labels.end(),
                                  [](std::uint8_t label) { return label >= num_classes; });
  if (wrong != labels.end()) {
    throw UserError(printable(labels_path, 200) + " has the label " + std::to_string(*wrong) +
                    " at " + std::to_string(wrong - labels.begin()) + ", and there are " +
                    std::to_string(num_classes) + " classes");
  }
  return pictures;
}

}  // namespace

Dataset read_dataset(const std::string& folder) {
  if (!std::filesystem::is_directory(folder)) {
    throw UserError("there is no folder " + printable(folder, 200) +
                    "; Debian's package dataset-fashion-mnist has the files, or name their folder "
                    "with --data");
  }
  return {read_pictures(folder, "train"), read_pictures(folder, "t10k")};
}

}  // namespace examples::fashion
