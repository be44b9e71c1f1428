#include "fashion/pictures.hpp"

#include <doctest/doctest.h>

#include "caught.hpp"
#include "common/errors.hpp"
#include "examples/text.hpp"
#include "sample.hpp"

namespace examples::fashion {
namespace {

std::string refused(const Dataset& data) {
  const deft::TempFolder folder;
  const std::string path = add_dataset(folder, data);
  return deft::caught<UserError>([&] { read_dataset(path); }).what();
}

}  // namespace

TEST_CASE("pictures are what the files say") {
  const deft::TempFolder folder;
  const Dataset written = sample_dataset();
  const Dataset read = read_dataset(add_dataset(folder, written));
  CHECK(read.train.pixels == written.train.pixels);
  CHECK(read.train.labels == written.train.labels);
  CHECK(read.test.pixels == written.test.pixels);
  CHECK(read.test.labels == written.test.labels);
  CHECK(read.test.size() == 100);
}

TEST_CASE("files that do not belong together") {
  Dataset data = sample_dataset();
  data.train.labels = sample_pictures(500, 1).labels;
  CHECK(has(refused(data), "has the shape [512, 28, 28], and its labels need [500, 28, 28]"));

  data = sample_dataset();
  data.test.labels.set<std::uint8_t>({17}, 10);
  CHECK(has(refused(data), "has the label 10 at 17, and there are 10 classes"));

  data = sample_dataset();
  data.test.labels = data.test.labels.reshaped({10, 10});
  CHECK(has(refused(data), "has the shape [10, 10]"));
}

TEST_CASE("no folder of pictures") {
  CHECK(has(deft::caught<UserError>([] { read_dataset("/nowhere"); }).what(),
            "there is no folder /nowhere; Debian's package dataset-fashion-mnist"));
  const deft::TempFolder folder;
  CHECK(has(deft::caught<deft::FileError>([&] { read_dataset(folder / "."); }).what(),
            "train-images-idx3-ubyte.gz"));
}

}  // namespace examples::fashion
