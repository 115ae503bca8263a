// SPDX-License-Identifier: Apache-2.0
// The campaign's end of the coordinator's faulty disk and clock.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "tests/faults/preload/control.h"
#include "tests/harness/temp_dir.h"

namespace cutover::faults {

// Main thread alone.
class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // What httpd is started with, so that its coordinator has its state directory on this disk.
  std::map<std::string, std::string> environment();

  void fail_writes(int error) { control_->write_error = error; }
  void stall(int ms) { control_->stall_ms = ms; }
  void turn_clock(std::int64_t seconds) { control_->clock_s = seconds; }
  void mend();
  // The journal loses what was written and never made durable, as in a power cut.
  void cut_power(const std::filesystem::path& journal) const;

 private:
  harness::TempDir dir_;
  DiskControl* control_;
};

}  // namespace cutover::faults
