// SPDX-License-Identifier: Apache-2.0
// The asking end of the control socket (README.md here): used by cutoverctl and the page.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "mod_cutover/wire/json.h"

namespace cutover {

struct Reply {
  //   kNoCoordinator  nobody took the connection
  //   kLeft           whoever did ended it before the first line: nothing was done
  //   kBroken         what became of the request is not known
  enum class Kind : std::uint8_t { kDone, kNoCoordinator, kLeft, kBroken };
  Kind kind = Kind::kNoCoordinator;
  nlohmann::json done;  // {"exit", "message", "result"} and perhaps "again" for kDone
  std::string error;    // for the others, in words
};

using OnProgress = std::function<void(const nlohmann::json&)>;

// Sends one request and reads to its last line. `silence` bounds the wait for each next line.
Reply ask(const std::string& socket_path, const nlohmann::json& request,
          std::chrono::milliseconds silence, const OnProgress& on_progress = {});

}  // namespace cutover
