#pragma once

#include <vector>

#include <sys/socket.h>
#include <sys/types.h>

namespace deft {

/// Where a process listens for TCP connections.
std::vector<sockaddr_storage> listening(pid_t pid);

}  // namespace deft
