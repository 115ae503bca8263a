// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/state/other_children.h"

#include <poll.h>

#include <algorithm>

namespace cutover {
namespace {

bool ended(const Fd& pipe) {
  pollfd look{pipe.get(), POLLIN, 0};
  return ::poll(&look, 1, 0) > 0 && (look.revents & (POLLHUP | POLLNVAL)) != 0;
}

}  // namespace

std::string OtherChildren::said() const {
  if (std::all_of(pipes_.begin(), pipes_.end(), ended)) return {};
  return "children of httpd from before the module's upgrade still serve requests, which would be "
         "neither held nor counted";
}

}  // namespace cutover
