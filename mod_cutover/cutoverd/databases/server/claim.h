// SPDX-License-Identifier: Apache-2.0
// With what a site's coordinator claims a server, and whose sessions it knows.
//
// A lock of one name stands on each server for as long as its coordinator lives: the server is
// owned, not the site, since a fence stops all that it has. Beside it the same session holds a lock
// that is named after the life's random token; by that one, and never by a session's number, it is
// known whose session it is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cutover {

struct KnownLife {
  enum class Kind : std::uint8_t {
    kDead,     // a predecessor of this boot: its sessions are killed
    kEarlier,  // of another boot, or of a clone of this machine: killed where it is silent as well
    kSibling,  // another site of this coordinator
  };
  std::string token;
  Kind kind = Kind::kEarlier;
  std::string site;  // of a sibling
};

struct Claim {
  std::string token;
  std::vector<KnownLife> known;
};

inline constexpr const char* kServerLock = "mod_cutover";
inline std::string token_lock(const std::string& token) { return "mod_cutover/" + token; }

}  // namespace cutover
