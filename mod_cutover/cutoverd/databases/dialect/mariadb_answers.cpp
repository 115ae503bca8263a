// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/dialect/mariadb_answers.h"

namespace cutover::mariadb {
namespace {

class Answered final : public Standing {
 public:
  Answered(Reading<Gtids> gtids, Reading<Writable> writable)
      : gtids_(std::move(gtids)), writable_(std::move(writable)) {}

  Reading<Writable> writable() const override { return writable_; }

  Reading<Position> position() const override {
    if (!gtids_) return {std::nullopt, gtids_.error};
    if (!gtids_->logs) return {std::nullopt, "log_bin is off: there is no position to wait for"};
    std::string position = render(position_of(gtids_->has));
    if (position.empty()) return {std::nullopt, "nothing is in the binary log yet: no position"};
    return {std::move(position), {}};
  }

  Reading<bool> has_applied(const Position& position) const override {
    const auto wanted = parse_gtids(position);
    if (!wanted || wanted->empty()) return {std::nullopt, kEmptyPosition};
    if (!gtids_) return {std::nullopt, gtids_.error};
    return {cutover::has_applied(gtids_->has, *wanted), {}};
  }

  Reading<Position> own_beyond(const Position& position) const override {
    const auto reference = parse_gtids(position);
    if (!reference || reference->empty()) return {std::nullopt, kEmptyPosition};
    if (!gtids_) return {std::nullopt, gtids_.error};
    if (!gtids_->logs) return {std::nullopt, "log_bin is off: its own writes cannot be told"};
    return {render(cutover::own_beyond(gtids_->has, *reference)), {}};
  }

  Reading<Position> own_lacking(const Position& position) const override {
    const auto reference = parse_gtids(position);
    if (!reference || reference->empty()) return {std::nullopt, kEmptyPosition};
    if (!gtids_) return {std::nullopt, gtids_.error};
    return {render(cutover::own_lacking(gtids_->has, *reference)), {}};
  }

 private:
  Reading<Gtids> gtids_;
  Reading<Writable> writable_;
};

}  // namespace

Reading<Gtids> gtids_in(const Result& r) {
  if (!r.ok()) return {std::nullopt, r.error};
  const auto applied = parse_gtids(r.rows.at(0, 1).value_or("?"));
  const auto logged = parse_gtids(r.rows.at(0, 2).value_or("?"));
  const std::uint64_t id = server_id_in(r.rows.at(0, 0));
  if (!applied || !logged || id == 0) return {std::nullopt, "the GTID position cannot be read"};
  return {Gtids{{id, *applied, *logged}, r.rows.at(0, 3) == "1"}, {}};
}

// A number up to 11, a word with several shades of yes after it.
Reading<Writable> writable_by(const std::optional<std::string>& cell) {
  const std::string value = cell.value_or("NULL");
  if (value == "0" || value == "OFF") return {Writable::kYes, {}};
  for (const char* closed : {"1", "ON", "NO_LOCK", "NO_LOCK_NO_ADMIN"}) {
    if (value == closed) return {Writable::kNo, {}};
  }
  return {std::nullopt, "read_only has the value " + value + ", which is not known"};
}

std::unique_ptr<Standing> standing_by(Reading<Gtids> gtids, Reading<Writable> writable) {
  return std::make_unique<Answered>(std::move(gtids), std::move(writable));
}

}  // namespace cutover::mariadb
