// SPDX-License-Identifier: Apache-2.0
// A site's journal on disk: two preallocated slots written in turn, so that the newest whole
// record survives a power cut in the middle of a write, and a full disk does not stop a record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "mod_cutover/state/fd.h"
#include "shared/protocol/ports.h"

namespace cutover {

struct JournalReading {
  enum class Kind : std::uint8_t { kMissing, kCorrupt, kRecord };
  Kind kind = Kind::kMissing;
  JournalRecord record;  // for kRecord
  std::string error;     // for kCorrupt: what and where
};

JournalReading read_journal(const std::string& path);

class JournalFile : public Journal {
 public:
  // Opens or makes the file (root's, 0600, symlinks refused). ok() tells; error() says why not.
  explicit JournalFile(const std::string& path);

  bool ok() const { return static_cast<bool>(fd_); }
  const JournalReading& found() const { return found_; }  // what stood there when it was opened

  bool write(const JournalRecord& record) override;
  std::string error() const override { return error_; }
  std::string path() const override { return path_; }

 private:
  std::string path_;
  Fd fd_;
  JournalReading found_;
  std::uint64_t sequence_ = 0;
  std::string error_;
};

// The word with which workers start after a boot, before any coordinator has looked: only a record
// at rest or released names a side, everything else holds and, at the deadline, refuses. Where the
// databases may know better (`may_be_old`) that side serves at the deadline, or as soon as the
// coordinator has asked them; after a completed move nobody is asked.
Word first_word(const JournalReading& journal, bool may_be_old);

}  // namespace cutover
