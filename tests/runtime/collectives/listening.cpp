#include "runtime/collectives/listening.hpp"

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

#include <netinet/in.h>

namespace deft {
namespace {

/// The inodes of all sockets of a process.
std::set<std::string> sockets_of(const std::string& process) {
  constexpr std::string_view prefix = "socket:[";
  std::set<std::string> inodes;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(process + "/fd", error)) {
    const std::string target = std::filesystem::read_symlink(entry, error).string();
    if (!error && target.starts_with(prefix))
      inodes.insert(target.substr(prefix.size(), target.size() - prefix.size() - 1));
  }
  return inodes;
}

/// "0100007F:A1B2": words of the address as they lie in memory, then the port as a number.
sockaddr_storage parsed(const std::string& text) {
  const std::size_t colon = text.find(':');
  const auto port = static_cast<std::uint16_t>(std::stoul(text.substr(colon + 1), nullptr, 16));
  std::uint32_t words[4] = {};
  for (std::size_t word = 0; word < colon / 8; ++word)
    words[word] = static_cast<std::uint32_t>(std::stoul(text.substr(word * 8, 8), nullptr, 16));
  sockaddr_storage address{};
  if (colon == 8) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = words[0];
    std::memcpy(&address, &v4, sizeof v4);
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, words, sizeof words);
    std::memcpy(&address, &v6, sizeof v6);
  }
  return address;
}

}  // namespace

std::vector<sockaddr_storage> listening(pid_t pid) {
  const std::string process = "/proc/" + std::to_string(pid);
  const std::set<std::string> own = sockets_of(process);
  std::vector<sockaddr_storage> places;
  for (const char* table : {"/net/tcp", "/net/tcp6"}) {
    std::ifstream file(process + table);
    std::string line;
    std::getline(file, line);  // names of columns
    while (std::getline(file, line)) {
      std::istringstream words(line);
      std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
      words >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >>
          timeout >> inode;
      if (state == "0A" && own.count(inode) != 0) places.push_back(parsed(local));
    }
  }
  return places;
}

}  // namespace deft
