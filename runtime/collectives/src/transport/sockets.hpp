#pragma once

#include <string>
#include <utility>

#include <sys/socket.h>

namespace deft::collectives {

/// The descriptor of a socket, or -1, closed with its owner.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int file) : file_(file) {}
  Socket(Socket&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~Socket();

  int file() const { return file_; }
  bool is_open() const { return file_ >= 0; }

 private:
  int file_ = -1;
};

/// A TCP socket that programs which this process starts do not inherit, and whose calls do not
/// wait. Not open if the system refuses it.
Socket new_socket(int family);

/// Where a socket is; of family AF_UNSPEC if nowhere.
sockaddr_storage address_of(const Socket& socket);

/// How many bytes of it the system reads.
socklen_t size_of(const sockaddr_storage& address);

/// The descriptor of this process that is the other end of the connection of one; -1 if there is
/// none.
int other_end(const Socket& socket);

/// Whether `address` is an IPv4 or IPv6 address as a number.
bool is_numeric_address(const std::string& address);

/// A socket that listens on the address, given as a number, at a port that the system chooses. Not
/// open if this machine does not have the address.
Socket listen_on(const std::string& address);

/// The address, as a number, of this host's name; empty if it has none, or loops back only.
std::string address_of_host();

}  // namespace deft::collectives
