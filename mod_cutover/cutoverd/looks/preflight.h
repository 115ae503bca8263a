// SPDX-License-Identifier: Apache-2.0
// The preflight of a site: all that is looked at before anything is changed. The site's own
// thread's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/looks/direct_visitors.h"
#include "mod_cutover/cutoverd/looks/rehearsal.h"
#include "mod_cutover/cutoverd/looks/selinux.h"
#include "mod_cutover/cutoverd/new_host/host_probe.h"
#include "mod_cutover/cutoverd/new_host/page_checks.h"
#include "mod_cutover/cutoverd/new_host/proof_pages.h"
#include "mod_cutover/cutoverd/run/run.h"
#include "mod_cutover/state/other_children.h"
#include "shared/figures/traffic.h"
#include "shared/figures/verified.h"

namespace cutover {

class Preflight {
 public:
  // What it asks. Each lives as long as this.
  struct Sources {
    const SiteSettings& settings;
    Replication* replication;              // none: a site without databases, or see `trouble`
    const Position& baseline;              // the journaled position, as it is when it asks
    const std::vector<PageProbe>& probes;  // CutoverProbe
    Pages* pages;                          // none: no probe is asked for
    std::int64_t workers;                  // of httpd, for all sites together; 0: not known
    const std::string& trouble;            // why the databases cannot be asked
    UrlProbe& new_host;
    const Rehearsal& rehearsal;
    Clock& clock;
    DirectVisitors& direct_visitors;
    const OtherChildren* others = nullptr;  // of httpd; none where there are none
    std::string httpd{};                    // which it is, and how it holds, in words
    std::vector<Door> databases{};          // where they are reached over the network
    Kernel kernel{};
    ProofPages* proofs = nullptr;                // none in tests that have none
    const Verification* verification = nullptr;  // none where there are no databases to compare
  };
  explicit Preflight(const Sources& sources) : from_(sources) {}

  // One tick: how much the site is asked for.
  void look(const Counts& counts);
  // Every check before a run of that kind, away from the side that serves now.
  // `despite_direct`: visitors of the new host's own do not block a rollback.
  // `ask`: also the new host's pages. A run does not, since an application there might remember
  // from them that its database is read-only: it has what a preflight of a while ago found.
  std::vector<Check> checks(Direction direction, Purpose purpose, bool ask,
                            bool despite_direct = false);

 private:
  std::vector<Check> ask_new_host();
  std::vector<Check> asked_before();
  bool check_new_host(std::vector<Check>& checks);  // true: it answers
  Check check_capacity();
  Check check_direct_visitors(bool despite);
  void check_databases(std::vector<Check>& all, std::vector<Check> databases, Direction direction,
                       bool accept_loss);

  const Sources from_;
  Traffic traffic_;
  Counts counts_;             // as of the last tick
  std::vector<Check> asked_;  // what asking the new host told last
  std::optional<Nanos> asked_at_;
};

}  // namespace cutover
