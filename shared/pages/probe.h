// SPDX-License-Identifier: Apache-2.0
// Whether a visitor would notice the move: the same page from both hosts, compared.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shared/pages/answer.h"
#include "shared/protocol/check.h"
#include "shared/protocol/front.h"

namespace cutover {

// Twice by the same host: what differs between the two is noise.
struct Answers {
  PageAnswer first;
  PageAnswer second;
};

struct Probed {
  std::string path;
  Front front;                            // by which both were asked
  std::string new_url;                    // CutoverNewHost
  std::vector<std::string> cookie_names;  // of the session, where one was given
  std::vector<std::string> secrets;       // its values: never to be shown
  Answers of_old;
  Answers of_new;
  std::optional<PageAnswer> without_session;  // the old host's
  bool cannot_write_yet = false;              // the new host has a database, read-only as yet
};

Check compare(Probed probed);

// The row of a probe, also of one that could not be compared.
Check probe_row(const std::string& path, CheckVerdict verdict, const std::string& seen,
                const std::string& remedy);

}  // namespace cutover
