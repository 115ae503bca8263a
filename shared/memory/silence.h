// SPDX-License-Identifier: Apache-2.0
// Whether a coordinator is frozen: stopped, or one of its threads hangs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shared/memory/layout.h"

namespace cutover {

// Its threads beat at every wait and every step, none of which takes a tenth of that.
inline constexpr std::int64_t kSilentTooLongNs = 10'000'000'000;
// Until its first beat: a busy machine loads a program slowly.
inline constexpr std::int64_t kBeginsWithinNs = 60'000'000'000;

// How long the thread of this site has been silent; nothing while it is not too long, or where no
// coordinator has the site.
std::optional<std::int64_t> silence_of(const SiteControl& site, std::int64_t now_ns);

// What is silent of the coordinator `pid`, which was started at `began_ns`, and since when, as a
// phrase: "the thread of site shop has been silent for 12 s". Nothing while it lives.
std::string frozen(const ControlArea& control, std::int32_t pid, std::int64_t began_ns,
                   std::int64_t now_ns);
// The same of whichever coordinator has a site.
std::string frozen(const ControlArea& control, std::int64_t now_ns);

}  // namespace cutover
