// SPDX-License-Identifier: Apache-2.0
// The journal's file with any bytes in its two slots: what is no whole record decides nothing, and
// after a write there is always one to read.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "mod_cutover/state/journal_file.h"
#include "tests/fuzz/checksum.h"
#include "tests/fuzz/fuzz.h"

namespace cutover::fuzz {
namespace {

constexpr std::size_t kSlot = 64 * 1024;
using Kind = JournalReading::Kind;

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "journal_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() {
    std::error_code left;
    std::filesystem::remove_all(path_, left);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file() const { return path_ + "/shop.journal"; }

 private:
  std::string path_;
};

void put(const std::string& path, std::size_t at, std::string_view text) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const ssize_t put = ::pwrite(fd.get(), text.data(), text.size(), static_cast<off_t>(at));
  promise(put == static_cast<ssize_t>(text.size()), "the fuzzer's own disk takes a file");
}

// A slot's text: as it is, or a record's body that lacks its frame.
std::string slot_of(std::string_view part, bool framed) {
  std::string text = framed ? with_checksum(part) : std::string(part);
  text.resize(std::min(text.size(), kSlot));
  return text;
}

std::optional<JournalRecord> whole_one(const std::string& slot) {
  return parse_record(slot.substr(0, slot.find('\0')));
}

void read_as_it_stands(const std::string& path, const std::string& first,
                       const std::string& second) {
  const JournalReading reading = read_journal(path);
  const auto a = whole_one(first);
  const auto b = whole_one(second);
  promise((reading.kind == Kind::kRecord) == (a || b), "a record is read where one is whole");
  if (reading.kind == Kind::kRecord) {
    promise((a && reading.record == *a) || (b && reading.record == *b), "it is one of the two");
    promise(reading.record.sequence >= std::max(a ? a->sequence : 0, b ? b->sequence : 0),
            "it is the newest");
  }
  const Word word = first_word(reading, false);
  const bool decided =
      reading.kind == Kind::kRecord && (reading.record.phase == JournalPhase::kRest ||
                                        reading.record.phase == JournalPhase::kRelease);
  promise(decided == (word.mode != Mode::kHold), "only a decided record serves");
  promise(!decided || word == serving(reading.record.side, 1), "and its own side");
  const Word compared = first_word(reading, true);
  promise(compared == (decided ? holding_for(reading.record.side, 1) : sealed(1)),
          "which waits for what the databases remember");
}

void writes_win(const std::string& path) {
  JournalFile journal(path);
  promise(journal.ok(), "the file opens: " + journal.error());
  promise(journal.found().kind == read_journal(path).kind, "both ways of reading agree");
  JournalRecord record;
  record.position = "0-1-7";
  const JournalPhase phases[] = {JournalPhase::kFence, JournalPhase::kPromote, JournalPhase::kUndo};
  for (const JournalPhase phase : phases) {
    record.phase = phase;
    if (!journal.write(record)) {
      promise(!journal.error().empty(), "what is not written says why");
      return;
    }
    const JournalReading now = read_journal(path);
    promise(
        now.kind == Kind::kRecord && now.record.phase == phase && now.record.position == "0-1-7",
        "what was written is what is read");
    record.sequence = now.record.sequence;
  }
  // A power cut in the middle of the last one leaves the one before it.
  put(path, record.sequence % 2 * kSlot, std::string(40, '?'));
  const JournalReading torn = read_journal(path);
  promise(torn.kind == Kind::kRecord && torn.record.phase == JournalPhase::kPromote,
          "a torn write leaves the record before it");
}

// What is read is all the input's doing, what is written hardly, and takes ten times as long.
bool also_written(std::string_view input) { return checksum_of(input) % 8 == 0; }

}  // namespace

// The first byte says which slots are framed, and whether the file is cut; a line of "--" parts the
// slots.
void journal_file(std::string_view input) {
  static const Folder folder;
  const std::string path = folder.file();
  const unsigned how = input.empty() ? 0 : static_cast<unsigned char>(input[0]) - 'a';
  if (!input.empty()) input.remove_prefix(1);
  const std::size_t parted = std::min(input.find("\n--\n"), input.size());
  const std::string first = slot_of(input.substr(0, std::min(parted + 1, input.size())), how & 1U);
  const std::string second =
      slot_of(input.substr(std::min(parted + 4, input.size())), (how & 2U) != 0);
  // What older inputs left behind the NULs is as in a journal that has long been in use.
  put(path, 0, (first + '\0').substr(0, kSlot));
  put(path, kSlot, (second + '\0').substr(0, kSlot));
  std::filesystem::resize_file(path, (how & 4U) == 0 ? 2 * kSlot : kSlot + second.size());
  read_as_it_stands(path, first, second);
  if (also_written(input)) writes_win(path);
}

}  // namespace cutover::fuzz

CUTOVER_FUZZER(journal_file)
