// SPDX-License-Identifier: Apache-2.0
#include "shared/memory/silence.h"

namespace cutover {
namespace {

std::string said(const std::string& who, std::int64_t silent_ns) {
  return who + " has been silent for " + std::to_string(silent_ns / 1'000'000'000) + " s";
}

// The pid first: who stores it has beaten before. Whoever has taken over meanwhile beats, too, and
// then it is his beat that is read: nobody is taken for silent who is not.
std::string frozen_site(const ControlArea& control, std::int32_t pid, std::int64_t now_ns) {
  for (const SiteControl& site : control.sites) {
    if (site.used.load() == 0 || site.coordinator.load() != pid) continue;
    if (const auto silent = silence_of(site, now_ns))
      return said("the thread of site " + std::string(site.name.data()), *silent);
  }
  return {};
}

}  // namespace

std::optional<std::int64_t> silence_of(const SiteControl& site, std::int64_t now_ns) {
  if (site.coordinator.load() == 0) return std::nullopt;
  const std::int64_t silent = now_ns - site.heartbeat_ns.load();
  return silent > kSilentTooLongNs ? std::optional(silent) : std::nullopt;
}

std::string frozen(const ControlArea& control, std::int32_t pid, std::int64_t began_ns,
                   std::int64_t now_ns) {
  for (const CoordinatorLife& life : control.lives) {
    if (life.pid.load() != pid) continue;
    const std::int64_t silent = now_ns - life.heartbeat_ns.load();
    if (silent > kSilentTooLongNs) return said("it", silent);
    return frozen_site(control, pid, now_ns);
  }
  const std::int64_t silent = now_ns - began_ns;
  return silent > kBeginsWithinNs ? said("it has not begun, and", silent) : "";
}

std::string frozen(const ControlArea& control, std::int64_t now_ns) {
  for (const SiteControl& site : control.sites) {
    const std::int32_t pid = site.used.load() == 0 ? 0 : site.coordinator.load();
    if (pid == 0) continue;
    if (std::string why = frozen(control, pid, now_ns, now_ns); !why.empty()) return why;
  }
  return {};
}

}  // namespace cutover
