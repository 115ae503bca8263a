// SPDX-License-Identifier: Apache-2.0
// A graceful may start the application anew, for seconds in which every request waits: a run that
// is asked for by that very graceful begins once the side that serves has come to rest. The site's
// own thread's.
#pragma once

#include <optional>
#include <string>

#include "shared/pages/question.h"
#include "shared/protocol/settings.h"

namespace cutover {

class Quiet {
 public:
  // `pages` may be none: then nobody is asked.
  Quiet(const SiteSettings& settings, const StateStore& store, Pages* pages, Clock& clock)
      : settings_(settings), store_(store), pages_(pages), clock_(clock) {}

  static constexpr Nanos kLongest = std::chrono::seconds(30);  // since the first look

  // One look. Nothing: nobody waits for long there and its front page answers; or it never will.
  // Else what it waits for, in words.
  std::optional<std::string> awaits(Side serving);

 private:
  std::string old_requests() const;
  std::string silent_page(Side serving) const;

  const SiteSettings& settings_;
  const StateStore& store_;
  Pages* pages_;
  Clock& clock_;
  std::optional<Nanos> since_;
};

}  // namespace cutover
