// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/state/journal_file.h"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "mod_cutover/state/own_file.h"
#include "mod_cutover/state/pulse.h"
#include "shared/protocol/unsafe.h"

namespace cutover {
namespace {

constexpr std::size_t kSlot = 64 * 1024;  // a GTID set of 1,000 servers fits
constexpr std::size_t kSlots = 2;

std::string reason(const std::string& path, const char* what) {
  return path + ": " + what + ": " + std::strerror(errno);
}

// A slot holds the record's text and a NUL; what stands after that is of older records.
std::optional<JournalRecord> read_slot(int fd, std::size_t slot, bool& blank) {
  std::string text(kSlot, '\0');
  const ssize_t got = ::pread(fd, text.data(), kSlot, static_cast<off_t>(slot * kSlot));
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  text.resize(std::min(text.find('\0'), text.size()));
  blank = got >= 0 && text.empty();
  return parse_record(text);
}

JournalReading read_slots(int fd, const std::string& path) {
  JournalReading reading;
  bool all_blank = true;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    bool blank = false;
    const auto record = read_slot(fd, slot, blank);
    all_blank = all_blank && blank;
    if (!record) continue;
    if (reading.kind == JournalReading::Kind::kRecord && reading.record.sequence > record->sequence)
      continue;
    reading.kind = JournalReading::Kind::kRecord;
    reading.record = *record;
  }
  if (reading.kind != JournalReading::Kind::kRecord && !all_blank) {
    reading.kind = JournalReading::Kind::kCorrupt;
    reading.error = path + ": no record in it is whole";
  }
  return reading;
}

bool fsync_folder(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return fd && ::fsync(fd.get()) == 0;
}

}  // namespace

JournalReading read_journal(const std::string& path) {
  JournalReading reading;
  const Fd fd = open_own_file(path, O_RDONLY, 0, reading.error);
  if (fd) return read_slots(fd.get(), path);
  if (errno == ENOENT) return {};
  reading.kind = JournalReading::Kind::kCorrupt;
  return reading;
}

JournalFile::JournalFile(const std::string& path) : path_(path) {
  const LongStep disk(kSlowDisk);
  Fd fd = open_own_file(path, O_RDWR | O_CREAT, 0600, error_);
  if (!fd) return;
  const int failed = ::posix_fallocate(fd.get(), 0, kSlots * kSlot);
  if (failed != 0 || ::fsync(fd.get()) != 0 || !fsync_folder(path)) {
    if (failed != 0) errno = failed;
    error_ = reason(path, "cannot be made durable");
    return;
  }
  found_ = read_slots(fd.get(), path);
  sequence_ = found_.record.sequence;
  fd_ = std::move(fd);
}

bool JournalFile::write(const JournalRecord& record) {
  JournalRecord next = record;
  next.sequence = sequence_ + 1;
  std::string text = render(next);
  if (text.size() >= kSlot) {
    error_ = path_ + ": a record of " + std::to_string(text.size()) + " bytes does not fit";
    return false;
  }
  text += '\0';
  // The slot that does not hold the newest record, so that one whole record is always there.
  const auto at = static_cast<off_t>(next.sequence % kSlots * kSlot);
  const LongStep disk(kSlowDisk);
  const ssize_t put = ::pwrite(fd_.get(), text.data(), text.size(), at);
  if (put != static_cast<ssize_t>(text.size()) ||
      (!unsafe::kNoSync && ::fdatasync(fd_.get()) != 0)) {
    if (put >= 0 && put < static_cast<ssize_t>(text.size())) errno = ENOSPC;
    error_ = reason(path_, "cannot be written");
    return false;
  }
  sequence_ = next.sequence;
  error_.clear();
  return true;
}

Word first_word(const JournalReading& journal, bool may_be_old) {
  const bool decided =
      journal.kind == JournalReading::Kind::kRecord && serves(journal.record.phase);
  if (!decided) return sealed(1);
  return may_be_old && !journal.record.completed() ? holding_for(journal.record.side, 1)
                                                   : serving(journal.record.side, 1);
}

}  // namespace cutover
