// SPDX-License-Identifier: Apache-2.0
// What a site is made of, opened while the coordinator still was root.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/looks/stray_book.h"
#include "mod_cutover/cutoverd/new_host/page_checks.h"
#include "mod_cutover/cutoverd/run/word_store.h"
#include "mod_cutover/state/journal_file.h"
#include "shared/pages/question.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"

namespace cutover {

struct SiteParts {
  SiteSettings settings;
  std::unique_ptr<JournalFile> journal;
  std::unique_ptr<WordStore> store;
  std::unique_ptr<StrayBook> strays;         // none in tests that do not look at them
  std::unique_ptr<Replication> replication;  // none: a site without databases, or see `trouble`
  std::vector<PageProbe> probes;             // CutoverProbe
  std::unique_ptr<Pages> pages;              // the two hosts, for the probes
  std::int64_t workers = 0;                  // of httpd, for all sites together
  std::string trouble;  // why the databases cannot be asked (an option file); closes the gate
};

}  // namespace cutover
