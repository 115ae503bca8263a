// SPDX-License-Identifier: Apache-2.0
// Whether this coordinator may touch the site's servers: it owns the lock of both, or of one while
// the other does not answer. Held for as long as it lives, at rest too: two that keep the same
// servers would undo each other's work. Who is refused lets go of what he has, touches nothing, and
// does not take what becomes free: he was not the one who looked meanwhile. The site's own
// thread's.
#pragma once

#include <string>

#include "mod_cutover/cutoverd/site/desk.h"

namespace cutover {

class Ownership {
 public:
  // `after`: so long other sites of this coordinator go first.
  Ownership(const Desk& desk, Nanos after);

  // At rest, once a second: takes what is free, and is heard on the servers.
  void look();
  // For what is to be done now. kDone: every server that answers is owned, and one does.
  Answer take(Nanos limit);
  // Why a run may not begin; nothing where this coordinator is the owner.
  std::string not_the_owner() const;
  // Others have gone first: what can wait may ask for the servers.
  bool has_its_turn() const { return desk_.ports.clock.now() >= turn_; }
  // Who owns a server instead; nothing where nobody does.
  const std::string& refused() const { return refused_; }
  // A person's word, which decides who is the one.
  void ask_again() { refused_.clear(); }

 private:
  const Desk desk_;
  std::string refused_;
  bool owned_ = false;
  const Nanos turn_;
  Nanos next_ = turn_;
};

}  // namespace cutover
