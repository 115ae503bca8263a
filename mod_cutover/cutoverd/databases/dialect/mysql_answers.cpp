// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/dialect/mysql_answers.h"

#include "mod_cutover/cutoverd/databases/dialect/gtid_spans.h"

namespace cutover::mysql {
namespace {

std::optional<bool> on_or_off(const std::optional<std::string>& cell) {
  if (cell == "1" || cell == "ON") return true;
  if (cell == "0" || cell == "OFF") return false;
  return std::nullopt;
}

class Answered final : public Standing {
 public:
  explicit Answered(const Rows& r)
      : writable_(writable_by(r.at(0, 3), r.at(0, 4))),
        position_(position_by(r.at(0, 0), r.at(0, 1))),
        uuid_(r.at(0, 2).value_or("")) {
    if (r.at(0, 0)) executed_ = GtidSpans::of_set(*r.at(0, 0));
  }

  Reading<Writable> writable() const override { return writable_; }
  Reading<Position> position() const override { return position_; }

  Reading<bool> has_applied(const Position& position) const override {
    auto lacking = GtidSpans::of_set(position);
    if (!lacking || lacking->empty()) return {std::nullopt, kEmptyPosition};
    if (!executed_) return {std::nullopt, "gtid_executed cannot be read"};
    lacking->remove(*executed_);
    return {lacking->empty(), {}};
  }

  Reading<Position> own_beyond(const Position& position) const override {
    const auto reference = GtidSpans::of_set(position);
    if (!reference || reference->empty()) return {std::nullopt, kEmptyPosition};
    if (!executed_ || uuid_.empty())
      return {std::nullopt, "what was written beyond the position cannot be read"};
    GtidSpans own = executed_->those_of(uuid_);
    own.remove(*reference);
    return {own.as_set(), {}};
  }

  Reading<Position> own_lacking(const Position& position) const override {
    const auto reference = GtidSpans::of_set(position);
    if (!reference || reference->empty()) return {std::nullopt, kEmptyPosition};
    if (!executed_ || uuid_.empty())
      return {std::nullopt, "whether it has all that it wrote cannot be read"};
    GtidSpans own = reference->those_of(uuid_);
    own.remove(*executed_);
    return {own.as_set(), {}};
  }

 private:
  Reading<Writable> writable_;
  Reading<Position> position_;
  std::string uuid_;
  std::optional<GtidSpans> executed_;
};

}  // namespace

std::string one_line(std::string text) {
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
  return text;
}

bool is_set(const Position& position) {
  return !position.empty() && position.find_first_not_of(
                                  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "_-:,") == std::string::npos;
}

Reading<Writable> writable_by(const std::optional<std::string>& read_only,
                              const std::optional<std::string>& super_read_only) {
  const auto all = on_or_off(read_only);
  const auto super = on_or_off(super_read_only);
  if (!all || !super) return {std::nullopt, "read_only and super_read_only cannot be read"};
  if (*all != *super) return {Writable::kPartly, {}};
  return {*all ? Writable::kNo : Writable::kYes, {}};
}

Reading<Position> position_by(const std::optional<std::string>& executed,
                              const std::optional<std::string>& gtid_mode) {
  if (gtid_mode != "ON") {
    return {std::nullopt, "gtid_mode is " + gtid_mode.value_or("NULL") +
                              ": only with ON is there a position of everything"};
  }
  std::string set = one_line(executed.value_or(""));
  if (set.empty()) return {std::nullopt, "gtid_executed is empty: nothing was written yet"};
  if (!is_set(set)) return {std::nullopt, "gtid_executed cannot be read"};
  return {std::move(set), {}};
}

std::unique_ptr<Standing> standing_in(const Rows& answer) {
  return std::make_unique<Answered>(answer);
}

}  // namespace cutover::mysql
