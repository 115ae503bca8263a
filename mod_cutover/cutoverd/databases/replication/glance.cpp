// SPDX-License-Identifier: Apache-2.0
// A look at rest: one statement a server, and all readings from its answer.
#include "mod_cutover/cutoverd/databases/replication/replication.h"

namespace cutover {
namespace {

constexpr auto kLook = std::chrono::milliseconds(1000);

}  // namespace

class RealReplication::OneAnswer final : public Glance {
 public:
  OneAnswer(RealReplication& from, Side side) : from_(from), side_(side) {
    const auto session = server().monitor(deadline_);
    if (!session) {
      standing_.error = session.error;
    } else if (from.go_by_file(side, deadline_)) {
      standing_ = from.by_file(side, deadline_);
      by_file_ = true;
    } else {
      standing_ = server().named(server().dialect().standing(**session, deadline_));
    }
  }

  Reading<Position> position() override {
    if (!standing_) return {std::nullopt, standing_.error};
    return server().named((*standing_)->position());
  }

  Reading<bool> read_only() override {
    if (!standing_) return {std::nullopt, standing_.error};
    return from_.closed(side_, (*standing_)->writable());
  }

  Reading<bool> has_applied(const Position& position) override {
    if (!standing_) return {std::nullopt, standing_.error};
    if (by_file_ != is_by_file(position)) return from_.has_applied(side_, position);
    return server().named((*standing_)->has_applied(position));
  }

  // What they are, where there are any, the server's log tells.
  Reading<OwnWrites> own_writes(const Position& position) override {
    if (!standing_) return {std::nullopt, standing_.error};
    const bool by_file = is_by_file(position);
    if (by_file_ != by_file) return from_.own_writes(side_, position);
    const auto session = server().monitor(deadline_);
    if (!session) return {std::nullopt, session.error};
    if (by_file) {
      const auto has = this->position();
      if (!has) return {std::nullopt, has.error};
      return server().named(
          from_.file_log_of(side_).look(**session, server().identity(), position, *has, deadline_));
    }
    const auto beyond = server().named((*standing_)->own_beyond(position));
    if (!beyond) return {std::nullopt, beyond.error};
    return server().named(from_.log_of(side_).tell(
        **session, server().dialect(), server().identity(), position, *beyond, deadline_));
  }

  Reading<Position> lost(const Position& position) override {
    if (!standing_) return {std::nullopt, standing_.error};
    if (by_file_ == is_by_file(position))
      return server().named((*standing_)->own_lacking(position));
    const auto standing = from_.standing_for(side_, position, deadline_);
    if (!standing) return {std::nullopt, standing.error};
    return server().named((*standing)->own_lacking(position));
  }

 private:
  Server& server() const { return from_.at(side_); }

  RealReplication& from_;
  Side side_;
  Deadline deadline_ = Deadline::in(kLook);
  bool by_file_ = false;
  Reading<std::unique_ptr<Standing>> standing_;
};

std::unique_ptr<Glance> RealReplication::glance(Side side) {
  return std::make_unique<OneAnswer>(*this, side);
}

Reading<Position> RealReplication::lost(Side side, const Position& position) {
  return glance(side)->lost(position);
}

}  // namespace cutover
