// SPDX-License-Identifier: Apache-2.0
// The command line of cutoverctl.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace cutover {

// What the shell sees; the coordinator's `exit` has the same meanings.
enum Exit : int { kExitDone = 0, kExitRefused = 1, kExitUsage = 2, kExitAlone = 3, kExitDoubt = 4 };

struct Options {
  std::string state_dir;
  std::string verb;
  std::string site;  // empty: the only one
  bool json = false;
  bool accept_data_loss = false;
  bool despite_direct_visitors = false;
  std::string confirm;  // the site's name, as it was typed for accept_data_loss or complete
  std::string serve;    // of resolve: old or new
  bool other_is_down = false;
  // Of switch and rollback: by itself, when it is time. Milliseconds since 1970.
  bool wait = false;
  bool quiet = false;
  std::optional<std::int64_t> from_ms;
  std::optional<std::int64_t> until_ms;
  // Of verify.
  bool stop = false;
  bool detach = false;
  std::uint64_t rows_per_second = 0;  // 0: as many as the coordinator likes
};

// Nothing when there is nothing left to do (help, or a usage error that was printed): then
// `exit_code` is what to end with.
std::optional<Options> parse_options(int argc, const char* const* argv, int& exit_code);

}  // namespace cutover
