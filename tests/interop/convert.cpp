// convert <from> <to>: reads the tensors of one file and writes them to another, each in the format
// that its name ends in. For the scripts that compare deft's files with those of Python.
#include <deft/deft.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace {

using deft::NamedTensor;

std::vector<NamedTensor> read(const std::string& path) {
  if (path.ends_with(".npz")) return deft::read_npz(path);
  if (path.ends_with(".safetensors")) return deft::read_safetensors(path).tensors;
  if (path.ends_with(".npy")) return {{"x", deft::read_npy(path)}};
  if (path.ends_with(".csv")) return {{"x", deft::read_csv(path).values}};
  return {{"x", deft::read_idx(path)}};
}

void write(const std::string& path, const std::vector<NamedTensor>& tensors) {
  if (path.ends_with(".compressed.npz")) return deft::write_npz(path, tensors, {.compress = true});
  if (path.ends_with(".npz")) return deft::write_npz(path, tensors);
  if (path.ends_with(".npy")) return deft::write_npy(path, tensors.at(0).tensor);
  deft::write_safetensors(path, tensors, {{"by", "d\u00E9ft"}, {"\"", "\n\\"}});
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc == 3) write(argv[2], read(argv[1]));
    return argc == 3 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
