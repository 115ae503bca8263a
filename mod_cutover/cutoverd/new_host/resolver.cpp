// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/resolver.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <algorithm>
#include <array>
#include <memory>

#include "mod_cutover/state/pulse.h"

namespace cutover {
namespace {

constexpr int kServers = 2;  // one second each, once
constexpr std::size_t kLargestAnswer = 8192;
using Message = std::array<unsigned char, kLargestAnswer>;

std::string text(int family, const void* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const char* written = ::inet_ntop(family, address, text.data(), text.size());
  return written == nullptr ? "" : written;
}

// As inet_ntop writes it; empty where it is none.
std::string as_address(const std::string& name) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  for (const int family : {AF_INET, AF_INET6})
    if (::inet_pton(family, name.c_str(), bytes.data()) == 1) return text(family, bytes.data());
  return {};
}

// What the library takes where nobody answers: a second for each try at each name server, and for
// TCP as long as the kernel tries to connect.
constexpr auto kAtMost = std::chrono::seconds(150);

class Resolving {
 public:
  explicit Resolving(std::optional<std::uint16_t> port) : ok_(::res_ninit(&state_) == 0) {
    if (!ok_) return;
    state_.retrans = 1;
    state_.retry = 1;
    if (port) {
      state_.nscount = 1;
      state_.nsaddr_list[0] = {};
      state_.nsaddr_list[0].sin_family = AF_INET;
      state_.nsaddr_list[0].sin_port = htons(*port);
      state_.nsaddr_list[0].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    state_.nscount = std::min(state_.nscount, kServers);
  }
  ~Resolving() {
    if (ok_) ::res_nclose(&state_);
  }
  Resolving(const Resolving&) = delete;
  Resolving& operator=(const Resolving&) = delete;

  // Adds to `entry`; why not, or nothing. A name that does not exist has no addresses.
  std::string ask(const std::string& name, ns_type type, NameEntry& entry) {
    if (!ok_) return "there is no resolver";
    Message message;
    const LongStep answer(kAtMost);
    const int size = ::res_nquery(&state_, name.c_str(), ns_c_in, type, message.data(),
                                  static_cast<int>(message.size()));
    if (size < 0) {
      const int error = state_.res_h_errno;
      if (error == HOST_NOT_FOUND || error == NO_DATA) return {};
      return error == TRY_AGAIN ? "no name server answers" : ::hstrerror(error);
    }
    return read(message, size, entry) ? "" : "the name server's answer cannot be read";
  }

 private:
  static bool read(const Message& message, int size, NameEntry& entry) {
    ns_msg answer;
    if (static_cast<std::size_t>(size) > message.size() ||
        ::ns_initparse(message.data(), size, &answer) != 0)
      return false;
    for (int i = 0; i < ns_msg_count(answer, ns_s_an); ++i) {
      ns_rr record;
      if (::ns_parserr(&answer, ns_s_an, i, &record) != 0) return false;
      // An alias that leads to the address is kept by others for as long as it says, too.
      entry.ttl_s = std::max<std::int64_t>(entry.ttl_s, ns_rr_ttl(record));
      const bool v4 = ns_rr_type(record) == ns_t_a && ns_rr_rdlen(record) == sizeof(in_addr);
      const bool v6 = ns_rr_type(record) == ns_t_aaaa && ns_rr_rdlen(record) == sizeof(in6_addr);
      if (v4 || v6) entry.addresses.push_back(text(v4 ? AF_INET : AF_INET6, ns_rr_rdata(record)));
    }
    return true;
  }

  struct __res_state state_ {};
  bool ok_;
};

}  // namespace

Reading<NameEntry> Resolver::look_up(const std::string& name) {
  if (const std::string address = as_address(name); !address.empty())
    return {NameEntry{{address}, 0}, {}};
  NameEntry entry;
  Resolving resolving(port_);
  for (const ns_type type : {ns_t_a, ns_t_aaaa})
    if (const std::string why = resolving.ask(name, type, entry); !why.empty())
      return {std::nullopt, why};
  return {entry, {}};
}

bool Resolver::is_here(const std::string& address) {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return false;
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> all(list, ::freeifaddrs);
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    const int family = one->ifa_addr->sa_family;
    const void* bytes = nullptr;
    if (family == AF_INET) bytes = &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr;
    if (family == AF_INET6)
      bytes = &reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr;
    if (bytes != nullptr && text(family, bytes) == address) return true;
  }
  return false;
}

}  // namespace cutover
