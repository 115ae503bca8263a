// SPDX-License-Identifier: Apache-2.0
// `complete`: the move is over. New serves for good, what it has left on the servers is taken away,
// and neither is asked any more; whoever still comes by this host is passed on as before. Written
// down before anything is done, and what could not be done is tried again. The site's own thread's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/appointment/diary.h"
#include "mod_cutover/cutoverd/looks/direct_visitors.h"
#include "mod_cutover/cutoverd/looks/stray_book.h"
#include "mod_cutover/cutoverd/site/lives.h"
#include "mod_cutover/cutoverd/site/ownership.h"
#include "mod_cutover/cutoverd/site/ticket.h"

namespace cutover {

class Completion {
 public:
  // `strays`: none where nobody counts them. `trouble`: why the databases cannot be asked although
  // they are configured; or nothing.
  Completion(const Desk& desk, Ownership& ownership, const Lives& lives, Diary& diary,
             DirectVisitors& direct_visitors, const StrayBook* strays, const std::string& trouble)
      : desk_(desk),
        ownership_(ownership),
        lives_(lives),
        diary_(diary),
        direct_visitors_(direct_visitors),
        strays_(strays),
        trouble_(trouble) {}

  // Of a move that is over already: takes away what is left, and says once more what may go.
  Outcome carry_out(const Ticket& ticket);
  // One tick: what is owed.
  void look();

 private:
  std::vector<std::string> against(const Ticket& ticket);
  std::string who_still_comes() const;
  void look_at_databases(bool old_is_down, std::vector<std::string>& against);
  std::string write_down(const std::string& by);
  std::string clear(bool old_is_down);
  void is_cleared(const std::string& notes);
  Outcome told(const std::string& left);

  const Desk desk_;
  Ownership& ownership_;
  const Lives& lives_;
  Diary& diary_;
  DirectVisitors& direct_visitors_;
  const StrayBook* strays_;
  const std::string& trouble_;
  Nanos again_{0};  // when what is owed is tried again
  Nanos pause_{0};
  std::string told_;  // why it could not be done
};

}  // namespace cutover
