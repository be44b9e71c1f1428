#include "transport/sockets.hpp"

#include <charconv>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace deft::collectives {
namespace {

using End = std::pair<std::string, std::uint16_t>;  // address and port

/// Nothing of another kind of address than TCP's. An IPv4 address within an IPv6 one is as itself.
End end_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return {std::string(reinterpret_cast<const char*>(&v4.sin_addr), sizeof v4.sin_addr),
            v4.sin_port};
  }
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    const char* const bytes = reinterpret_cast<const char*>(&v6.sin6_addr);
    constexpr std::size_t mapped = 12;  // bytes before an IPv4 address
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
      return {std::string(bytes + mapped, sizeof(in_addr)), v6.sin6_port};
    return {std::string(bytes, sizeof v6.sin6_addr), v6.sin6_port};
  }
  return {};
}

template <class Name>
End end_of(const Name& name, int file) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (name(file, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return end_of(address);
}

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Addresses look_up(const std::string& name, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  if (::getaddrinfo(name.c_str(), nullptr, &hints, &found) != 0) found = nullptr;
  return {found, &::freeaddrinfo};
}

}  // namespace

Descriptor new_socket(int family) {
  return Descriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

sockaddr_storage address_of(const Descriptor& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket.file(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return address;
}

socklen_t size_of(const sockaddr_storage& address) {
  return address.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
}

int other_end(const Descriptor& socket) {
  const End here = end_of(::getsockname, socket.file());
  const End there = end_of(::getpeername, socket.file());
  if (here == End{} || there == End{}) return -1;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", error)) {
    const std::string name = entry.path().filename().string();
    int file = -1;
    std::from_chars(name.data(), name.data() + name.size(), file);
    if (end_of(::getsockname, file) == there && end_of(::getpeername, file) == here) return file;
  }
  return -1;
}

bool is_numeric_address(const std::string& address) {
  return look_up(address, AI_NUMERICHOST) != nullptr;
}

Descriptor listen_on(const std::string& address) {
  const Addresses all = look_up(address, AI_NUMERICHOST);
  if (all == nullptr) return {};
  Descriptor socket = new_socket(all->ai_family);
  if (!socket.is_open() || ::bind(socket.file(), all->ai_addr, all->ai_addrlen) != 0 ||
      ::listen(socket.file(), SOMAXCONN) != 0)
    return {};
  return socket;
}

std::string address_of_host() {
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0) return "";
  const Addresses all = look_up(name, 0);
  for (const addrinfo* at = all.get(); at != nullptr; at = at->ai_next) {
    char text[NI_MAXHOST] = {};
    if (::getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) !=
        0)
      continue;
    std::string address = text;
    if (!address.starts_with("127.") && address != "::1" && !address.starts_with("fe80:"))
      return address;
  }
  return "";
}

}  // namespace deft::collectives
