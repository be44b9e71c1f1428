#include <deft/runtime/checkpoint.hpp>

#include <algorithm>
#include <set>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/files/safetensors.hpp>
#include <deft/ops/state.hpp>

#include "saved_state.hpp"

namespace deft {
namespace {

/// What does not fit between variables and a file, in words.
class Misfits {
 public:
  void add(const std::string& kind, const std::string& what) {
    for (auto& [known, list] : kinds_)
      if (known == kind) {
        list += ", " + what;
        return;
      }
    kinds_.emplace_back(kind, what);
  }

  void refuse(const std::string& path, SourceLocation where) const {
    if (kinds_.empty()) return;
    std::string text;
    for (const auto& [kind, list] : kinds_) {
      if (!text.empty()) text += "; ";
      text += kind;
      text += ' ';
      text += list;
    }
    throw FileError({.code = ErrorCode::invalid_argument,
                     .message = "'" + path + "' does not fit the graph: " + text,
                     .cure = "restore what was saved of this graph, or use RestoreOptions",
                     .where = where});
  }

 private:
  std::vector<std::pair<std::string, std::string>> kinds_;
};

std::string quoted(const std::string& name) { return "'" + name + "'"; }

/// Whether `to` computes, and has every value of `from`, in which weights and ids are kept small.
bool widens(DType from, DType to) {
  return (is_floating_at_rest(from) && is_floating(to)) ||
         (is_integer_at_rest(from) && is_integer(to) && size_of(from) < size_of(to));
}

bool fits(const TensorSpec& kept, const TensorSpec& wanted) {
  return kept.shape == wanted.shape &&
         (kept.dtype == wanted.dtype || widens(kept.dtype, wanted.dtype));
}

/// Each of the names that a rename maps must be one of the variables'.
void check_renames(const std::vector<Output>& variables, const RestoreOptions& options) {
  for (const auto& entry : options.rename)
    if (std::none_of(variables.begin(), variables.end(),
                     [&](const Output& variable) { return variable.name() == entry.first; }))
      throw GraphError({.message = "there is no variable " + quoted(entry.first) + " to rename",
                        .cure = "map names of variables to names in the file",
                        .where = options.where});
}

}  // namespace

std::vector<NamedTensor> saved_state(const Session& session, const std::vector<Output>& variables,
                                     SourceLocation where) {
  std::vector<Tensor> values = session.values(variables, where);
  std::vector<NamedTensor> tensors;
  tensors.reserve(variables.size());
  for (std::size_t i = 0; i < variables.size(); ++i)
    tensors.push_back({variables[i].name(), std::move(values[i])});
  return tensors;
}

void save(const Session& session, const std::string& path, const SaveOptions& options) {
  const std::vector<Output> variables =
      options.variables.empty() ? global_variables(session.graph()) : options.variables;
  write_safetensors(path, saved_state(session, variables, options.where), options.metadata,
                    options.where);
}

Restored restore(Session& session, const std::string& path, const RestoreOptions& options) {
  const std::vector<Output> variables =
      options.only.empty() ? global_variables(session.graph()) : options.only;
  check_renames(variables, options);
  Safetensors file = read_safetensors(path, options.where);
  std::map<std::string, Tensor> tensors;
  std::set<std::string> left;  // names that no variable has asked for
  for (NamedTensor& each : file.tensors) {
    left.insert(each.name);
    tensors.emplace(each.name, std::move(each.tensor));
  }

  Restored made;
  made.metadata = std::move(file.metadata);
  Misfits misfits;
  std::vector<std::pair<Output, Tensor>> values;
  for (const Output& variable : variables) {
    const auto renamed = options.rename.find(variable.name());
    const std::string name = renamed == options.rename.end() ? variable.name() : renamed->second;
    const auto found = tensors.find(name);
    left.erase(name);
    if (found == tensors.end() && options.missing == Missing::keep)
      made.kept.push_back(variable.name());
    else if (found == tensors.end())
      misfits.add("it lacks", quoted(name));
    else if (!fits(found->second.spec(), variable.spec()))
      misfits.add("it has as another", quoted(name) + ", " + to_string(found->second.spec()) +
                                           " for " + to_string(variable.spec()));
    else
      values.emplace_back(variable, found->second.to(variable.dtype(), options.where));
  }
  const bool may_have_others = !options.only.empty() || options.superfluous == Superfluous::ignore;
  for (const std::string& name : left) {
    if (may_have_others)
      made.ignored.push_back(name);
    else
      misfits.add("no variable is named", quoted(name));
  }
  misfits.refuse(path, options.where);
  session.set(values, options.where);
  for (const auto& [variable, value] : values) made.restored.push_back(variable.name());
  return made;
}

}  // namespace deft
