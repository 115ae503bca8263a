// SPDX-License-Identifier: Apache-2.0
// The status page as HTML.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "mod_cutover/httpd/config.h"
#include "mod_cutover/httpd/html.h"
#include "mod_cutover/httpd/status_view.h"

namespace cutover {

// What a button led to, when that cannot be seen in the state itself.
struct Notice {
  std::string site;
  std::string message;
  bool bad = false;
  nlohmann::json checks;  // of a preflight
};

struct PageParts {
  const Global& global;
  const StatusView& view;
  nlohmann::json events;    // the newest, or null
  std::string form_secret;  // for the buttons
  std::string base;         // the page's own location, for links
  const Notice* notice = nullptr;
};

std::string render_page(const PageParts& parts);

// The figures as a definition list, for the page and for mod_status.
void write_figures(Html& html, const Snapshot& site);

}  // namespace cutover
