// SPDX-License-Identifier: Apache-2.0
// One line of the control socket as a request, and who may make it. Knows neither socket nor site.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "shared/figures/appointment.h"
#include "shared/protocol/side.h"

namespace cutover {

struct Request {
  std::string verb;  // one of those that are known
  std::string site;  // empty: the only one
  std::string by;    // what an asker of httpd's User says of its own user; made printable
  bool accept_data_loss = false;
  bool despite_direct_visitors = false;
  std::string confirm;  // of accept_data_loss and `complete`: the site's name, as a person typed it
  Side serve = Side::kOld;     // of `resolve`: the side that is to serve
  bool other_is_down = false;  // of `resolve`, `complete`: the other database cannot be reached
  std::optional<Wait> wait;    // of `switch` and `rollback`: when it is time
  bool stop = false;           // of `verify`: it is to stop
  bool detach = false;         // of `verify`: it is not waited for
  std::uint64_t rows_per_second = 0;  // of `verify`; 0: as many as it likes
  std::int64_t since_ms = 0;          // of `history`: what is newer than this moment
};

// The other alternative says what is wrong with the line.
std::variant<Request, std::string> parse_request(std::string_view line);

// Changes nothing and starts nothing: status, watch, events, history.
bool reads_only(std::string_view verb);

// Who asks, by the kernel's word.
enum class Asker { kRoot, kHttpd, kStranger };

// Root may do everything, httpd's User look, and command where the site has CutoverPageControl. A
// doubt is resolved by root alone.
bool may(Asker asker, std::string_view verb, bool page_control);

}  // namespace cutover
