// SPDX-License-Identifier: Apache-2.0
// Of each server: whether it was started anew since it was last seen in its role. That alone allows
// to put back what it forgot; a role that changed in any other way is somebody's hand. Kept in the
// journal, so that a restart is seen as one however long no coordinator was there to look. The
// site's own thread's.
#pragma once

#include <array>
#include <optional>

#include "mod_cutover/cutoverd/site/desk.h"

namespace cutover {

class Lives {
 public:
  explicit Lives(const Desk& desk) : desk_(desk) {}

  // Before the roles are looked at: a restart between the two is then seen by the next look, and
  // never forgotten by this one.
  void look();
  // Whether what is asked of it is asked in the session whose life was looked at: whoever was
  // started anew since then has not been seen to be.
  bool knows(Side server) const;
  // Seen or proved in its role: nothing is to be put back, and a restart from now on is one.
  void in_role(Side server);
  // Seen out of its role, and no restart proved: a restart after that does not explain it either.
  void by_hand(Side server);
  // It lacks what it wrote itself: not a server that came back, and whoever builds it gives it its
  // role.
  void built_anew(Side server);
  // The side that serves was seen to: said in the journal once a minute, for a successor; and where
  // there are twice as many connections, of which few prove little.
  void serves();
  // Whether that was said within the last ten minutes. A clock that was set back says nothing.
  bool seen_lately() const;
  // This coordinator has itself seen it serve, or a server remembers the journal's epoch: the
  // journal is no old one.
  bool journal_is_current() const { return current_; }
  void journal_proved_current() { current_ = true; }
  // By what is seen, or was: a server that does not answer is the one that it was.
  ServerPair pair() const;

 private:
  void look(Side server);
  bool grown() const;
  std::string server(Side side) const;

  const Desk desk_;
  std::array<std::optional<ServerLife>, 2> seen_;
  std::array<std::uint64_t, 2> said_{};  // connections, when they were written last
  bool current_ = false;
};

}  // namespace cutover
