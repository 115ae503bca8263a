// SPDX-License-Identifier: Apache-2.0
// Where a redirect leads, with the names by which the hosts call themselves taken out.
#pragma once

#include <string>

#include "shared/protocol/front.h"

namespace cutover {

struct Place {
  std::string path;   // on the site; or a whole URL elsewhere
  std::string query;  // with its question mark, and the fragment
  bool names_new_host = false;
};

// `location` as it came in answer to `path`.
Place place_of(const std::string& location, const std::string& path, const Front& front,
               const std::string& new_host);

}  // namespace cutover
