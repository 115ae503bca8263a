// SPDX-License-Identifier: Apache-2.0
// What a comparison has found and how far it has come, on the disk: one JSON object.
#pragma once

#include <string>

#include "mod_cutover/cutoverd/databases/verify/compare.h"
#include "mod_cutover/state/fd.h"
#include "shared/figures/verified.h"

namespace cutover {

// Where it goes on.
struct VerifyResume {
  std::string table;       // those before it, by their names, are done
  TableProgress progress;  // of it
  std::uint64_t rows_per_second = 0;
};

struct Kept {
  Verified verified;
  VerifyResume resume;  // of `verified.now`
};

// Used by one thread at a time.
class VerifyFile {
 public:
  // Opens or makes the file while still root (root's, 0600, symlinks refused), and reads it.
  explicit VerifyFile(const std::string& path);

  // What cannot be read is as if it had never been.
  const Kept& found() const { return found_; }
  std::string error() const { return error_; }
  bool write(const Kept& kept);

 private:
  void read();

  std::string path_;
  std::string error_;
  Fd fd_;
  Kept found_;
};

}  // namespace cutover
