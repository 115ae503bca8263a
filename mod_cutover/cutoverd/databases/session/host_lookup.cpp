// SPDX-License-Identifier: Apache-2.0
// getaddrinfo_a, which runs the look-up in a thread of libc's own.
#include "mod_cutover/cutoverd/databases/session/host_lookup.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <memory>

#include "mod_cutover/state/pulse.h"

namespace cutover {
namespace {

struct Lookup {
  explicit Lookup(std::string name) : host(std::move(name)) { request.ar_name = host.c_str(); }
  ~Lookup() {
    if (request.ar_result != nullptr) ::freeaddrinfo(request.ar_result);
  }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  std::string host;
  gaicb request{};
};

std::string as_text(const addrinfo& found) {
  char text[NI_MAXHOST];
  const int error =
      ::getnameinfo(found.ai_addr, found.ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
  return error == 0 ? text : std::string();
}

bool is_address(const std::string& host) {
  unsigned char any[sizeof(in6_addr)];
  return ::inet_pton(AF_INET, host.c_str(), any) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), any) == 1;
}

}  // namespace

std::string cannot_resolve(const std::string& host, Deadline deadline, std::string* address) {
  if (address != nullptr) *address = host;
  if (is_address(host)) return {};
  auto lookup = std::make_unique<Lookup>(host);
  gaicb* requests[] = {&lookup->request};
  if (int error = ::getaddrinfo_a(GAI_NOWAIT, requests, 1, nullptr); error != 0) {
    return ::gai_strerror(error);
  }
  int state = EAI_INPROGRESS;
  while ((state = ::gai_error(&lookup->request)) == EAI_INPROGRESS) {
    const Nanos left = deadline.left();
    if (left <= Nanos::zero()) {
      // The thread still writes into it unless it could be called back: then it is left to it.
      if (::gai_cancel(&lookup->request) != EAI_CANCELED) static_cast<void>(lookup.release());
      return "the name server does not answer";
    }
    beat();
    const Nanos time = std::min(left, kBetweenBeats);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    const timespec limit{static_cast<std::time_t>(seconds.count()),
                         static_cast<long>((time - seconds).count())};
    ::gai_suspend(requests, 1, &limit);
  }
  if (state != 0) return ::gai_strerror(state);
  if (address != nullptr) *address = as_text(*lookup->request.ar_result);
  return {};
}

}  // namespace cutover
