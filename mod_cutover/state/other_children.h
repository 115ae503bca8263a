// SPDX-License-Identifier: Apache-2.0
// Children of httpd that have a module of another version, from before an upgrade by graceful: they
// have a memory of their own, and their requests are neither held nor counted here.
#pragma once

#include <string>
#include <vector>

#include "mod_cutover/state/fd.h"

namespace cutover {

class OtherChildren {
 public:
  // Reading ends of pipes of which each such child has the writing end.
  explicit OtherChildren(std::vector<Fd> pipes = {}) : pipes_(std::move(pipes)) {}

  // Why no run may begin; nothing once all of them have ended, which is for good: more of them come
  // by another upgrade alone, and then this coordinator is to leave. Any thread.
  std::string said() const;

 private:
  std::vector<Fd> pipes_;
};

}  // namespace cutover
