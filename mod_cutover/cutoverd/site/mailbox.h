// SPDX-License-Identifier: Apache-2.0
// How commands reach a site's thread: one at a time, and none that could not be carried out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "mod_cutover/cutoverd/run/run.h"
#include "mod_cutover/cutoverd/site/ticket.h"
#include "mod_cutover/cutoverd/site/view.h"
#include "mod_cutover/state/guarded.h"

namespace cutover {

class Mailbox {
 public:
  explicit Mailbox(const View& view) : view_(view) {}

  // -- any thread ---------------------------------------------------------------------------------
  // Finished at once with a refusal when the site is busy or leaving.
  void submit(const std::shared_ptr<Ticket>& ticket);
  // Waits for the end of the run that it stops; `heard` is called where there is one to stop.
  Outcome abort(const std::function<void()>& heard);
  // `now`: a run under way is aborted where that is possible.
  void leave(bool now);
  bool leaving() const;
  // No successor comes: httpd stops.
  bool stops() const;

  // -- the site's thread ------------------------------------------------------------------------
  // The next command, after at most that long; none where none came or the site is to leave.
  std::shared_ptr<Ticket> wait(Millis limit);
  std::shared_ptr<Ticket> next();
  // A command of the configuration's, which nobody handed in.
  void own_command_begins();
  // One that was handed in meanwhile keeps the site busy.
  void command_ended();
  // A run begins: whoever aborts from now on means it. To be called before the view says that it
  // can be aborted.
  void run_begins();
  // Recovery is over, or it begins again: until then nothing but `resolve` is taken, and that in a
  // doubt alone.
  void set_decided(bool decided);
  // A command that came between the last look and the leaving.
  void turn_away();

  // Each is a level that carries nothing else with it: set in here, looked at by a run between two
  // of its steps.
  RunFlags flags;

 private:
  struct Box {
    std::shared_ptr<Ticket> pending;
    bool decided = false;
    bool busy = false;  // a command is being carried out, or waits
    bool leaving = false;
    bool stops = false;
    std::uint64_t commands_ended = 0;
    std::string outcome;  // of the newest run by then; the view's may be the next one's already
  };

  std::shared_ptr<Ticket> take() CUTOVER_REQUIRES(mutex_);
  std::optional<Outcome> not_taken(const std::string& doubt) const CUTOVER_REQUIRES(mutex_);

  // Its own lock is taken inside of ours, never the other way round.
  const View& view_;
  // Written by askers and by the site's thread.
  mutable Mutex mutex_;
  Condition changed_;
  Box box_ CUTOVER_GUARDED_BY(mutex_);
};

}  // namespace cutover
