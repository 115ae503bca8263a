// SPDX-License-Identifier: Apache-2.0
// One site on the page: who serves, what could be done now, what is happening and what happened.
#pragma once

#include <vector>

#include "mod_cutover/httpd/page/html/actions.h"
#include "mod_cutover/httpd/page/html/html.h"
#include "shared/figures/history.h"
#include "shared/figures/snapshot.h"

namespace cutover {

struct SiteCard {
  const Snapshot& site;
  ActionsParts actions;
  bool coordinator = false;  // one answers
  std::vector<HistorySample> history;
};

void write_site(Html& html, const SiteCard& card);

// The figures as a definition list, for mod_status.
void write_figures(Html& html, const Snapshot& site);

}  // namespace cutover
