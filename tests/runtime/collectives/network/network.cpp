#include "runtime/collectives/network/network.hpp"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <functional>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <linux/if_tun.h>

#include "runtime/collectives/network/checked.hpp"
#include "runtime/collectives/network/wire.hpp"

namespace deft {
namespace {

using collectives::Descriptor;

constexpr const char* device_name = "wire0";

std::string address_of(int machine) { return "10.9.0." + std::to_string(machine + 1); }

/// On a thread of its own, since the namespace that a thread enters is its own.
void on_thread(const std::function<void()>& work) {
  std::exception_ptr error;
  std::thread([&] {
    try {
      work();
    } catch (...) {
      error = std::current_exception();
    }
  }).join();
  if (error) std::rethrow_exception(error);
}

/// An ioctl about a device is asked of any socket.
ifreq request_for(const char* device) {
  ifreq request{};
  std::strncpy(request.ifr_name, device, IFNAMSIZ - 1);
  return request;
}

void set_address(int socket, unsigned long what, const std::string& address) {
  ifreq request = request_for(device_name);
  sockaddr_in in{};
  in.sin_family = AF_INET;
  ::inet_pton(AF_INET, address.c_str(), &in.sin_addr);
  std::memcpy(&request.ifr_addr, &in, sizeof in);
  checked(::ioctl(socket, what, &request), "give the device the address " + address);
}

void set_up(int socket, const char* device) {
  ifreq request = request_for(device);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  checked(::ioctl(socket, SIOCSIFFLAGS, &request), std::string("set up the device ") + device);
}

/// A new namespace, which the calling thread enters, and its device.
Descriptor new_device() {
  checked(::unshare(CLONE_NEWNET), "make a network namespace");
  Descriptor device(
      checked(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC), "open /dev/net/tun"));
  ifreq request = request_for(device_name);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  checked(::ioctl(device.file(), TUNSETIFF, &request), "make a TUN device");
  return device;
}

struct Machine {
  Descriptor space;
  Descriptor device;
};

Machine new_machine(int index) {
  Machine machine;
  on_thread([&] {
    machine.device = new_device();
    machine.space = Descriptor(
        checked(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), "open the namespace"));
    const Descriptor socket(
        checked(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "make a socket"));
    set_up(socket.file(), "lo");
    set_address(socket.file(), SIOCSIFADDR, address_of(index));
    set_address(socket.file(), SIOCSIFNETMASK, "255.255.255.0");
    set_up(socket.file(), device_name);
  });
  return machine;
}

}  // namespace

std::string Network::obstacle() {
  try {
    on_thread([] { new_device(); });
  } catch (const std::system_error& error) {
    return error.what();
  }
  return "";
}

/// The devices are the wire's alone, and the wire does not outlive this process.
Network::Network(int machines) {
  std::vector<Descriptor> devices;
  devices.reserve(static_cast<std::size_t>(machines));
  machines_.reserve(static_cast<std::size_t>(machines));
  for (int index = 0; index < machines; ++index) {
    Machine machine = new_machine(index);
    machines_.push_back(std::move(machine.space));
    devices.push_back(std::move(machine.device));
  }
  std::fflush(nullptr);
  const pid_t parent = ::getpid();
  carrier_ = checked(::fork(), "start the wire");
  if (carrier_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_TIMERSLACK, 1000UL);  // nanoseconds
  if (::getppid() == parent) carry_packets(devices, *wire_);
  ::_exit(0);
}

Network::~Network() {
  ::kill(carrier_, SIGKILL);
  ::waitpid(carrier_, nullptr, 0);
}

std::string Network::address(int machine) const { return address_of(machine); }

void Network::enter(int machine) const {
  checked(::setns(machines_[static_cast<std::size_t>(machine)].file(), CLONE_NEWNET),
          "enter a network namespace");
}

void Network::cut(int machine, bool one_way) {
  wire_->mute = 1U << static_cast<unsigned>(machine);
  wire_->deaf = one_way ? 0U : wire_->mute.load();
}

}  // namespace deft
