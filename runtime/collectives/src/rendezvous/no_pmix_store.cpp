#include <deft/core/error.hpp>

#include "rendezvous/pmix_store.hpp"

namespace deft::collectives {

struct PmixStore::Impl {};

PmixStore::PmixStore(const GroupOptions& options) {
  throw RunError({.code = ErrorCode::invalid_argument,
                  .message = "this deft was built without the header of PMIx",
                  .cure = "install libpmix-dev and build again, or let the ranks meet in a folder",
                  .op = "Communicator::connect",
                  .where = options.where});
}

PmixStore::~PmixStore() = default;
bool PmixStore::put(int, int, const std::string&) { return false; }
std::optional<std::string> PmixStore::get(int, int) { return std::nullopt; }

}  // namespace deft::collectives
