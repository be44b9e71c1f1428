#include "rendezvous/folder_store.hpp"
#include "rendezvous/pmix_store.hpp"

namespace deft::collectives {

std::unique_ptr<Store> open_store(const GroupOptions& options) {
  if (options.store == "pmix:") return std::make_unique<PmixStore>(options);
  return std::make_unique<FolderStore>(options);
}

}  // namespace deft::collectives
