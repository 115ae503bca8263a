// SPDX-License-Identifier: Apache-2.0
// The audit trail: who asked for what, when, and how it ended. One JSON object a line.
#pragma once

#include <string>
#include <vector>

#include "mod_cutover/state/fd.h"
#include "mod_cutover/state/guarded.h"
#include "mod_cutover/wire/json.h"

namespace cutover {

// Any thread: `mutex_` keeps the file's lines whole and in order. Who reads takes no lock, so that
// a run never waits for it; a line that is just being written is no JSON yet, and is left out.
class Audit {
 public:
  // Opens or makes the file while still root; kept open after the rights are dropped.
  explicit Audit(const std::string& path);
  bool ok() const { return static_cast<bool>(fd_); }
  const std::string& error() const { return error_; }

  // Adds `at`. A line that cannot be written is told in the error log and stops nothing.
  void add(nlohmann::json event);
  // The newest ones, oldest first; of one site when it is named.
  std::vector<nlohmann::json> newest(std::size_t count, const std::string& site) const;

 private:
  std::string error_;  // before fd_, whose opening fills it in
  Fd fd_;
  Mutex mutex_;
};

}  // namespace cutover
