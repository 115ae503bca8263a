// SPDX-License-Identifier: Apache-2.0
// The status page as HTML: whole without a script, and what page.js keeps up to date.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mod_cutover/httpd/config/server_config.h"
#include "mod_cutover/httpd/page/html/trail.h"
#include "mod_cutover/httpd/page/sources/status.h"
#include "mod_cutover/wire/json.h"
#include "shared/figures/history.h"

namespace cutover {

// What a button led to, when that cannot be seen in the state itself.
struct Notice {
  std::string site;
  std::string message;
  bool bad = false;
  nlohmann::json checks;  // of a preflight
};

// CutoverPreview, where the page is on a vhost of its site.
struct OfferedPreview {
  std::string site;    // empty: there is nothing to offer
  bool taken = false;  // this browser has the cookie
};

struct PageParts {
  const Global& global;
  const StatusView& view;
  std::map<std::string, std::vector<HistorySample>> histories;  // by site
  std::vector<TrailLine> trail;
  std::string form_secret;  // for the buttons
  std::string base;         // the page's own location, for links
  const Notice* notice = nullptr;
  OfferedPreview preview{};
};

std::string render_page(const PageParts& parts);

}  // namespace cutover
