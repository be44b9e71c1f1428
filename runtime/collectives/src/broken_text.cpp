#include "broken_text.hpp"

namespace deft::collectives {

std::string text_of(const Broken& broken, std::chrono::milliseconds timeout) {
  const std::string rank = "rank " + std::to_string(broken.rank);
  switch (broken.kind) {
    case Broken::Kind::closed:
      return rank + " closed its connection: it ended, or left the group because another did";
    case Broken::Kind::silent:
      return rank + " was not heard of for " + std::to_string(timeout.count()) + " ms";
    case Broken::Kind::aborted:
      break;
  }
  return "the group is broken: this rank has left it, or an earlier collective failed";
}

}  // namespace deft::collectives
