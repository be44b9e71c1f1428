#pragma once

#include <string>
#include <vector>

namespace deft::collectives {

/// Whether `address` is an IPv4 or IPv6 address as a number, as Gloo needs it: at a name that has
/// no address it ends the process.
bool is_numeric_address(const std::string& address);

/// Whether this machine has the address, given as a number. Gloo leaks memory where it has not.
bool is_own_address(const std::string& address);

/// The address, as a number, of this host's name; empty if it has none, or loops back only.
std::string address_of_host();

/// Every TCP socket of this process one of whose ends is among `ends`, each of which begins with a
/// sockaddr_storage, is closed in programs that this process starts.
void close_sockets_on_exec(const std::vector<std::string>& ends);

}  // namespace deft::collectives
