#pragma once

#include <string>

#include <sys/socket.h>

#include "transport/descriptor.hpp"

namespace deft::collectives {

/// A TCP socket that programs which this process starts do not inherit, and whose calls do not
/// wait. Not open if the system refuses it.
Descriptor new_socket(int family);

/// Where a socket is; of family AF_UNSPEC if nowhere.
sockaddr_storage address_of(const Descriptor& socket);

/// How many bytes of it the system reads.
socklen_t size_of(const sockaddr_storage& address);

/// The descriptor of this process that is the other end of the connection of one; -1 if there is
/// none.
int other_end(const Descriptor& socket);

/// Whether `address` is an IPv4 or IPv6 address as a number.
bool is_numeric_address(const std::string& address);

/// A socket that listens on the address, given as a number, at a port that the system chooses. Not
/// open if this machine does not have the address.
Descriptor listen_on(const std::string& address);

/// The address, as a number, of this host's name; empty if it has none, or loops back only.
std::string address_of_host();

}  // namespace deft::collectives
