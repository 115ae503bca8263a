// SPDX-License-Identifier: Apache-2.0
// What is armed, on the disk: for a successor to take up, and for one that finds it after a crash
// or a boot to say that it is not. One JSON object, or nothing.
#pragma once

#include <optional>
#include <string>

#include "mod_cutover/state/fd.h"
#include "shared/figures/appointment.h"

namespace cutover {

// Used under the lock of whoever has it.
class ArmedFile {
 public:
  struct Found {
    std::optional<Appointment> appointment;
    // Why it is not to be kept; empty where it is.
    std::string lost;
  };

  // Opens or makes the file while still root (root's, 0600, symlinks refused), and reads it. What
  // is armed under settings of another digest, in another boot, or by one that did not hand it on,
  // is lost.
  ArmedFile(const std::string& path, std::string settings_digest);

  const Found& found() const { return found_; }
  // Why it cannot be written; empty where it was.
  std::string error() const { return error_; }

  // To the disk, so that even a boot can tell of it.
  bool arm(const Appointment& appointment);
  // These need not outlive a boot: it disarms.
  bool arm_again(const Appointment& appointment) { return write(appointment, false, false); }
  bool hand_on(const Appointment& appointment) { return write(appointment, true, false); }
  bool disarm() { return write_text("", false); }

 private:
  Found read() const;
  bool write(const Appointment& appointment, bool handed_on, bool durably);
  bool write_text(const std::string& text, bool durably);

  std::string path_;
  std::string digest_;
  std::string boot_;
  std::string error_;
  Fd fd_;
  Found found_;
};

}  // namespace cutover
