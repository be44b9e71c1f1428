#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/files/wire.hpp>
#include <deft/deft.hpp>
#include <deft/onnx/onnx.hpp>

#include "caught.hpp"
#include "support/temp_folder.hpp"

namespace deft::onnx {
namespace {

using Entries = std::map<std::string, std::string>;

/// A tensor f32[2] whose elements stand elsewhere.
struct ExternalTensor {
  std::string name;
  Entries entries;
};

/// A model whose outputs are its tensors.
std::string model_of(const std::vector<ExternalTensor>& tensors) {
  WireWriter model;
  model.varint(1, 8);
  model.message(7, [&] {
    for (const ExternalTensor& tensor : tensors) {
      model.message(5, [&] {
        model.varint(1, 2);
        model.varint(2, 1);
        model.bytes(8, tensor.name);
        for (const auto& entry : tensor.entries)
          model.message(13, [&] {
            model.bytes(1, entry.first);
            model.bytes(2, entry.second);
          });
        model.varint(14, 1);
      });
      model.message(12, [&] { model.bytes(1, tensor.name); });
    }
  });
  model.message(8, [&] { model.varint(2, 17); });
  return model.text();
}

/// A folder with a model in models/, and the file w.bin, of the numbers 1 to 4, beside it and above
/// it.
struct Files {
  Files() {
    std::filesystem::create_directories(folder / "models/sub");
    for (const char* place : {"", "models/", "models/sub/"})
      folder.add(std::string(place) + "w.bin", four);
  }

  std::string model(const std::vector<ExternalTensor>& tensors) const {
    return folder.add("models/m.onnx", model_of(tensors));
  }

  /// Why a model with one tensor of these entries is refused.
  std::string problem(const Entries& entries) const { return problem_of({{"w", entries}}); }

  std::string problem_of(const std::vector<ExternalTensor>& tensors) const {
    const std::string path = model(tensors);
    const std::string message =
        caught<FileError>([&] { import_onnx(Graph(), path); }).info().message;
    const std::string begin = path + ": external data of the tensor \"";
    CHECK(message.starts_with(begin));
    return message.substr(begin.size());
  }

  std::vector<float> values(const Entries& entries) const {
    const Graph graph;
    const OnnxModel imported = import_onnx(graph, model({{"w", entries}}));
    return Session(graph).eval(imported.outputs.at(0).output).to<float>();
  }

  std::string in_folder(const std::string& name) const { return folder / ("models/" + name); }

  const std::string four{"\0\0\x80\x3F\0\0\0\x40\0\0\x40\x40\0\0\x80\x40", 16};
  TempFolder folder;
};

}  // namespace

TEST_CASE("elements beside the model are read, from wherever they begin") {
  const Files files;
  CHECK(files.values({{"location", "w.bin"}, {"length", "8"}}) == std::vector{1.0F, 2.0F});
  CHECK(files.values({{"location", "sub/w.bin"}, {"offset", "8"}}) == std::vector{3.0F, 4.0F});
  CHECK(files.values({{"location", "w.bin"}, {"offset", "5"}, {"length", "8"}}).size() == 2);
  CHECK(files.values({{"location", "./w.bin"}, {"offset", "4"}, {"checksum", "unknown key"}}) ==
        std::vector{2.0F, 3.0F});
}

TEST_CASE("elements outside the folder of the model are refused") {
  const Files files;
  const std::string absolute = files.folder / "w.bin";
  CHECK(files.problem({{"location", absolute}}) ==
        "w\": \"" + absolute + "\" is no path relative to the folder of the model");
  for (const char* location : {"../w.bin", "sub/../../w.bin", "sub/../w.bin"}) {
    CHECK(files.problem({{"location", location}}) ==
          "w\": \"" + std::string(location) + "\" leads out of the model's folder");
  }
  CHECK(files.problem({{"location", std::string("w.bin\0x", 7)}})
            .find("is no path relative to the folder of the model") != std::string::npos);
  CHECK(files.problem({{"location", ""}}) ==
        "w\": \"\" is no path relative to the folder of the model");
  CHECK(files.problem({}) == "w\": it names no file");
}

TEST_CASE("links, folders and what is not there are refused") {
  const Files files;
  std::filesystem::create_symlink(files.folder / "w.bin", files.in_folder("link"));
  std::filesystem::create_directory_symlink(files.in_folder("sub"), files.in_folder("linked"));
  CHECK(files.problem({{"location", "link"}}) ==
        "w\": " + files.in_folder("link") + " is a symbolic link");
  CHECK(files.problem({{"location", "linked/w.bin"}}) ==
        "w\": " + files.in_folder("linked") + " is a symbolic link");
  CHECK(files.problem({{"location", "sub"}}) ==
        "w\": " + files.in_folder("sub") + " is no regular file");
  CHECK(files.problem({{"location", "none.bin"}}) ==
        "w\": " + files.in_folder("none.bin") + " does not exist");
}

TEST_CASE("elements beyond the end, and lengths that are not those of the shape, are refused") {
  const Files files;
  const std::string path = files.in_folder("w.bin");
  CHECK(files.problem({{"location", "w.bin"}, {"offset", "9"}}) ==
        "w\": it needs 8 bytes from offset 9 on, but " + path + " has 16 bytes");
  CHECK(files.problem({{"location", "w.bin"}, {"offset", "18446744073709551615"}}) ==
        "w\": it needs 8 bytes from offset 18446744073709551615 on, but " + path + " has 16 bytes");
  CHECK(files.problem({{"location", "w.bin"}, {"length", "16"}}) ==
        "w\": its shape needs 8 bytes, but its length in " + path + " is 16");
}

TEST_CASE("offsets and lengths that are no numbers are refused") {
  const Files files;
  for (const char* text : {"-1", "eight", "0x8", "8 ", "", "18446744073709551616", "1.5"}) {
    CAPTURE(text);
    const std::string problem = "\"" + std::string(text) + "\", which is no number of bytes";
    CHECK(files.problem({{"location", "w.bin"}, {"offset", text}}) ==
          "w\": its offset is " + problem);
    CHECK(files.problem({{"location", "w.bin"}, {"length", text}}) ==
          "w\": its length is " + problem);
  }
}

TEST_CASE("two tensors do not share bytes") {
  const Files files;
  const std::string path = files.in_folder("w.bin");
  const auto both = [&](const char* first, const char* second) {
    return std::vector<ExternalTensor>{{"v", {{"location", "w.bin"}, {"offset", first}}},
                                       {"w", {{"location", "./w.bin"}, {"offset", second}}}};
  };
  for (const char* offset : {"4", "1", "7", "0"}) {
    CAPTURE(offset);
    CHECK(files.problem_of(both("0", offset)).find("overlap those of \"v\"") != std::string::npos);
    CHECK(files.problem_of(both(offset, "0")).find("overlap those of \"v\"") != std::string::npos);
  }
  const Graph graph;
  CHECK(import_onnx(graph, files.model(both("8", "0"))).outputs.size() == 2);
}

TEST_CASE("a model in memory has no files beside it") {
  const std::string model = model_of({{"w", {{"location", "w.bin"}}}});
  const FileError error =
      caught<FileError>([&] { import_onnx(Graph(), std::as_bytes(std::span(model))); });
  CHECK(error.info().message.find("the model is no file, so there is no folder for \"w.bin\"") !=
        std::string::npos);
}

}  // namespace deft::onnx
