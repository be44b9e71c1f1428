#include "fashion/pictures.hpp"

#include <doctest/doctest.h>

#include "common/errors.hpp"
#include "sample.hpp"

namespace examples::fashion {
namespace {

std::string refused(const Dataset& data) {
  const deft::TempFolder folder;
  const std::string path = add_dataset(folder, data);
  try {
    read_dataset(path);
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
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
  try {
    read_dataset("/nowhere");
    FAIL("accepted");
  } catch (const UserError& error) {
    CHECK(has(error.what(), "there is no folder /nowhere; Debian's package dataset-fashion-mnist"));
  }
  const deft::TempFolder folder;
  try {
    read_dataset(folder / ".");
    FAIL("accepted");
  } catch (const std::exception& error) {
    CHECK(has(error.what(), "train-images-idx3-ubyte.gz"));
  }
}

}  // namespace examples::fashion
