// SPDX-License-Identifier: Apache-2.0
// The pages of CutoverProof: what the old host shows is looked at before a run, and the new host is
// asked for the same while everybody is held. Both by this httpd, as visitors are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/new_host/page_checks.h"
#include "shared/pages/proof.h"
#include "shared/pages/question.h"
#include "shared/protocol/check.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"

namespace cutover {

class ProofPages : public Proofs {
 public:
  // `pages`: none in tests that ask for no page. Each lives as long as this.
  ProofPages(const SiteSettings& settings, const std::vector<PageProbe>& probes, Pages* pages)
      : settings_(settings), probes_(probes), pages_(pages), known_(probes.size()) {}

  // Asks the old host, which serves: what it shows now is what the new one is to show. A row of the
  // preflight; nothing where there is no proof.
  std::optional<Check> look();
  std::size_t pages() const override { return probes_.size(); }
  Answer ask(std::size_t page, Nanos limit) override;

 private:
  struct Known {
    Front front;
    std::string cookies;
    Shown of_old;
  };
  Reading<Known> ask_old(const PageProbe& probe);
  Check row() const;

  const SiteSettings& settings_;
  const std::vector<PageProbe>& probes_;
  Pages* pages_;
  std::vector<std::optional<Known>> known_;
};

}  // namespace cutover
