// SPDX-License-Identifier: Apache-2.0
// A site as this httpd knows it. Filled in while the configuration is read, except for `index`,
// which the parent sets before it forks; never changed afterwards, so every thread may read it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "shared/memory/layout.h"
#include "shared/protocol/settings.h"

struct ap_conf_vector_t;

namespace cutover {

// CutoverPreview: its value is a secret, which nothing shows and nobody else is told.
struct PreviewCookie {
  std::string name, value;
};

struct Site {
  SiteSettings settings;
  std::optional<PreviewCookie> preview;
  std::string target;                      // CutoverNewHost's URL without a slash at its end
  std::vector<std::string> new_addresses;  // of its host (new_addresses.h)
  std::string worker_keys;                 // the administrator's own ProxyPass keys, as written
  std::vector<std::string> known;          // CutoverKnown: directives that raise no doubt any more
  ap_conf_vector_t* proxying = nullptr;    // what its requests have by default (proxy_worker.h)
  bool kept = false;              // not configured any more, but not at rest either (kept_sites.h)
  std::size_t index = kMaxSites;  // of its records in shared memory
};

}  // namespace cutover
