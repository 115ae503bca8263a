// SPDX-License-Identifier: Apache-2.0
// The switch or rollback that a site has armed, at most one: told, kept on the disk, and forgotten.
// Who carries it out asks due() at each tick.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "mod_cutover/cutoverd/appointment/armed_file.h"
#include "mod_cutover/cutoverd/trail/audit.h"
#include "mod_cutover/state/guarded.h"
#include "shared/protocol/ports.h"

namespace cutover {

class Diary {
 public:
  // `file` may be none: then nothing is handed on. What it has is taken up, or said to be lost.
  Diary(std::string site, std::unique_ptr<ArmedFile> file, Audit& audit, Clock& clock);

  // -- any thread ---------------------------------------------------------------------------------
  std::optional<Armed> armed() const;
  std::optional<Disarmed> disarmed() const;
  // False where nothing is armed; else it will not go any more.
  bool disarm(const std::string& why, const std::string& by = "");

  // -- the site's thread ------------------------------------------------------------------------
  // Why it cannot be; empty: it is armed.
  std::string arm(const Appointment& appointment);
  // What is to go now. What is over is disarmed.
  std::optional<Appointment> due(const Circumstances& now);
  // It goes: from here on it is a run like any other. False where it was disarmed meanwhile.
  bool begins();
  // That try was turned back, and nobody was held: it is tried again in a while.
  void turned_back(const Appointment& appointment, const std::string& why);
  // A run has ended: what was disarmed before it is no news any more.
  void run_ended();
  // This coordinator leaves. To a successor it is handed on, else it is disarmed.
  void leave(bool to_a_successor);

 private:
  struct Kept {
    std::optional<Appointment> appointment;
    std::optional<Disarmed> disarmed;
    std::string waits_for;
    std::string turned_back;  // why the last try did not go
    Nanos again{0};           // when the next one may
    bool went = false;        // and may come back, where nobody was held
  };

  void take_up() CUTOVER_REQUIRES(mutex_);
  void remember() CUTOVER_REQUIRES(mutex_);
  void forget(const std::string& why, const std::string& by) CUTOVER_REQUIRES(mutex_);

  const std::string site_;
  Audit& audit_;
  Clock& clock_;
  // Written by the site's thread, and by whoever disarms; read by all. The audit's lock is taken
  // inside of it.
  mutable Mutex mutex_;
  std::unique_ptr<ArmedFile> file_ CUTOVER_GUARDED_BY(mutex_);
  Kept kept_ CUTOVER_GUARDED_BY(mutex_);
};

}  // namespace cutover
