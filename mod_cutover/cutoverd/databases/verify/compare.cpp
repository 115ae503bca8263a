// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/verify/compare.h"

#include <algorithm>

#include "mod_cutover/cutoverd/databases/verify/moving_rows.h"
#include "mod_cutover/cutoverd/databases/verify/told.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

using Kind = Compared::Kind;

// How long a chunk's statement is to take on either server: it keeps old versions of rows for as
// long.
constexpr auto kTarget = std::chrono::milliseconds(60);
constexpr std::uint64_t kFirstBytes = 1'000'000;
constexpr std::uint64_t kMostRows = 5000;
constexpr std::uint64_t kMostKeyBytes = 2'000'000;
constexpr auto kLimit = std::chrono::seconds(5);
// One row alone may be a large BLOB.
constexpr auto kOneRow = std::chrono::seconds(30);
constexpr int kTries = 3;

struct Sum {
  std::uint64_t rows = 0;
  std::string known;
  std::optional<std::string> a;
  std::optional<std::string> b;
  bool operator==(const Sum& other) const = default;
};

class Chunks {
 public:
  Chunks(Half& source, Half& replica, Course& course, TableProgress& progress,
         const std::function<void(const TableProgress&)>& advanced)
      : source_(source),
        replica_(replica),
        course_(course),
        progress_(progress),
        advanced_(advanced) {
    const std::uint64_t length = std::max<std::uint64_t>(source.table.length, 1);
    size_ = std::clamp<std::uint64_t>(kFirstBytes / length, 1, 500);
  }

  Compared walk();

 private:
  enum class Next : std::uint8_t { kChunk, kEnd, kSmaller, kOver };

  Next bound();
  Next compare_chunk();
  Next look_closer();
  Next fails(const Result& result);
  Next over(Kind kind, const std::string& why) {
    end_ = {kind, why};
    return Next::kOver;
  }
  void adapt(Nanos took);
  bool sum(Half& half, Sum& sum, Result& result);
  RowKey key_in(const Result& result);
  Nanos limit() const { return size_ == 1 ? Nanos(kOneRow) : Nanos(kLimit); }

  Half& source_;
  Half& replica_;
  Course& course_;
  TableProgress& progress_;
  const std::function<void(const TableProgress&)>& advanced_;
  std::uint64_t size_;
  KeyRange range_;
  std::uint64_t rows_ = 0;  // of the source's, in it
  int tries_ = 0;           // of one chunk
  Compared end_;
};

RowKey Chunks::key_in(const Result& result) {
  RowKey key;
  std::uint64_t bytes = 1;
  for (std::size_t c = 0; c < source_.table.key.size(); ++c) {
    key.push_back(result.rows.at(0, c).value_or(""));
    bytes += key.back().size();
  }
  size_ = std::clamp<std::uint64_t>(kMostKeyBytes / bytes, 1, size_);
  return key;
}

// Too slow: fewer rows, for as long as there can be fewer. A session that was lost is opened again.
Chunks::Next Chunks::fails(const Result& result) {
  const bool lost = result.kind != Result::Kind::kRefused;
  if (!Reader::too_slow(result) && !lost) return over(Kind::kFailed, result.error);
  if (++tries_ > kTries && (lost || size_ == 1)) return over(Kind::kFailed, result.error);
  size_ = std::max<std::uint64_t>(size_ / 4, 1);
  return Next::kSmaller;
}

// Where the source has no more rows the replica may have many.
Chunks::Next Chunks::bound() {
  range_ = {progress_.after, std::nullopt};
  Result last = source_.reader.ask(nth_key(source_.table, range_, size_), limit());
  if (!last.ok()) return fails(last);
  if (last.rows.empty())
    last = replica_.reader.ask(nth_key(replica_.table, range_, 2 * size_), limit());
  if (!last.ok()) return fails(last);
  if (!last.rows.empty()) range_.upto = key_in(last);
  return Next::kChunk;
}

bool Chunks::sum(Half& half, Sum& sum, Result& result) {
  result = half.reader.ask(digest_of(half.table, range_, 3 * size_ + 1000), limit());
  if (!result.ok()) return false;
  const std::string n = result.rows.text(0, {"n"});
  sum = {std::strtoull(n.c_str(), nullptr, 10), result.rows.text(0, {"known"}),
         result.rows.get(0, {"a"}), result.rows.get(0, {"b"})};
  return true;
}

Chunks::Next Chunks::compare_chunk() {
  Result result;
  Sum there;
  Sum here;
  const auto began = std::chrono::steady_clock::now();
  if (!sum(source_, there, result)) return fails(result);
  const Nanos first = std::chrono::steady_clock::now() - began;
  if (!sum(replica_, here, result)) return fails(result);
  const Nanos both = std::chrono::steady_clock::now() - began;
  for (const Sum* each : {&there, &here})
    if (each->known != std::to_string(each->rows))
      return over(Kind::kFailed,
                  "a row is too long for its server to make a digest of it, see "
                  "max_allowed_packet");
  rows_ = there.rows;
  course_.read(rows_, both);
  adapt(std::max(first, both - first));
  if (there == here && there.rows < 3 * size_ + 1000) return Next::kEnd;
  // More rows of the replica's lie between two keys than belong into a chunk.
  if (std::max(there.rows, here.rows) > kMostInChunk / 2) {
    Half& more = there.rows > here.rows ? source_ : replica_;
    const Result last = more.reader.ask(nth_key(more.table, range_, kMostInChunk / 4), limit());
    if (!last.ok()) return fails(last);
    if (!last.rows.empty()) range_.upto = key_in(last);
  }
  return look_closer();
}

Chunks::Next Chunks::look_closer() {
  const Settled settled = settle(source_, replica_, course_, range_);
  if (settled.kind == Kind::kStopped) return over(Kind::kStopped, "");
  if (settled.kind == Kind::kFailed) {
    if (++tries_ > kTries) return over(Kind::kFailed, settled.why);
    size_ = std::max<std::uint64_t>(size_ / 4, 1);
    return Next::kSmaller;
  }
  progress_.undecided += settled.undecided;
  progress_.different += settled.different.size();
  for (const RowKey& key : settled.different)
    if (progress_.told.size() < kTold) progress_.told.push_back(told(source_, replica_, key));
  return Next::kEnd;
}

void Chunks::adapt(Nanos took) {
  const double wanted = static_cast<double>(size_) * (to_ms(kTarget) / std::max(to_ms(took), 0.01));
  const double most = static_cast<double>(std::min(2 * size_, kMostRows));
  size_ = static_cast<std::uint64_t>(std::clamp(wanted, 1.0, std::max(most, 1.0)));
}

Compared Chunks::walk() {
  while (true) {
    if (!course_.may_go_on()) return {Kind::kStopped, ""};
    Next next = bound();
    if (next == Next::kChunk) next = compare_chunk();
    if (next == Next::kOver) return end_;
    if (next == Next::kSmaller) continue;
    tries_ = 0;
    progress_.rows += rows_;
    if (!range_.upto || progress_.different > kEnoughDifferent) return {};
    progress_.after = std::move(range_.upto);
    advanced_(progress_);
  }
}

}  // namespace

Compared compare_rows(Half& source, Half& replica, Course& course, TableProgress& progress,
                      const std::function<void(const TableProgress&)>& advanced) {
  return Chunks(source, replica, course, progress, advanced).walk();
}

}  // namespace cutover
