// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/dialect/by_file.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <thread>

namespace cutover {
namespace {

constexpr auto kRecheck = std::chrono::milliseconds(1);
constexpr auto kNoApplier = std::chrono::milliseconds(10);
constexpr auto kAnswerMargin = std::chrono::milliseconds(250);
constexpr unsigned kNoSuchFunction = 1305;

std::string text_of(const LogPlace& place) {
  return place.file + ":" + std::to_string(place.offset);
}

Reading<LogPlace> end_of_log(Connection& server, Deadline deadline) {
  const Result r = query_any(server, {"SHOW MASTER STATUS", "SHOW BINARY LOG STATUS"}, deadline);
  if (!r.ok()) return {std::nullopt, r.error};
  const std::string offset = r.rows.text(0, {"Position"});
  LogPlace place{r.rows.text(0, {"File"}), 0};
  const auto [end, error] =
      std::from_chars(offset.data(), offset.data() + offset.size(), place.offset);
  if (place.file.empty() || error != std::errc{} || end != offset.data() + offset.size())
    return {std::nullopt, "log_bin is off: there is no position to wait for"};
  return {place, {}};
}

class ByFile final : public Standing {
 public:
  ByFile(std::string self, Reading<LogPlace> end, Reading<Writable> writable,
         std::vector<Channel> channels)
      : self_(std::move(self)),
        end_(std::move(end)),
        writable_(std::move(writable)),
        channels_(std::move(channels)) {}

  Reading<Writable> writable() const override { return writable_; }

  Reading<Position> position() const override {
    if (!end_) return {std::nullopt, end_.error};
    Position text = by_file({{self_, *end_}});
    for (const Channel& c : channels_)
      if (const std::string source = place_key(c.source); !source.empty() && c.executed)
        text = with_place(text, {source, *c.executed});
    if (text.empty())
      return {std::nullopt, "the name of its binary log, " + end_->file +
                                ", has characters that a position cannot be written with"};
    return {std::move(text), {}};
  }

  // By the places of others: without one of those nothing would be proved.
  Reading<bool> has_applied(const Position& position) const override {
    bool all = true;
    bool some = false;
    for (const ServerPlace& wanted : places_in(position)) {
      const Reading<LogPlace> at = reached(wanted.server);
      if (!at) return {std::nullopt, at.error};
      const auto order = *at <=> wanted.place;
      if (order == std::partial_ordering::unordered)
        return {std::nullopt, text_of(wanted.place) + " and " + text_of(*at) +
                                  " are places in logs of two names: they cannot be compared"};
      all &= std::is_gteq(order);
      some |= wanted.server != self_;
    }
    if (!some) return {std::nullopt, "it is no position of the server that it replicates from"};
    return {all, {}};
  }

  Reading<Position> own_beyond(const Position& position) const override {
    const auto since = place_of(position, self_);
    if (!since) return {std::nullopt, "the position does not say where its log ended"};
    if (!end_) return {std::nullopt, end_.error};
    return {*since == *end_ ? Position() : by_file({{self_, *end_}}), {}};
  }

  // A log that begins anew is behind what it was, or has another name.
  Reading<Position> own_lacking(const Position& position) const override {
    const auto had = place_of(position, self_);
    if (!had) return {Position(), {}};
    if (!end_) return {std::nullopt, end_.error};
    return {*end_ >= *had ? Position() : by_file({{self_, *had}}), {}};
  }

 private:
  Reading<LogPlace> reached(const std::string& server) const {
    if (server == self_) return end_;
    for (const Channel& c : channels_)
      if (place_key(c.source) == server && c.executed) return {*c.executed, {}};
    return {std::nullopt, "it has no link from server " + server +
                              " that says how much of its log is applied: by file and position "
                              "nothing else tells"};
  }

  std::string self_;
  Reading<LogPlace> end_;
  Reading<Writable> writable_;
  std::vector<Channel> channels_;
};

// NULL where the applier does not run.
Result wait_sql(Connection& server, bool mariadb, const LogPlace& place, Nanos left,
                Deadline answer) {
  // A time of zero would wait for ever.
  const double seconds = std::max(0.001, std::chrono::duration<double>(left).count());
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", seconds);
  const std::string what = "_POS_WAIT(" + sql_literal(place.file) + ", " +
                           std::to_string(place.offset) + ", " + text + ")";
  Result r = server.query((mariadb ? "SELECT MASTER" : "SELECT SOURCE") + what, answer);
  if (r.number == kNoSuchFunction) r = server.query("SELECT MASTER" + what, answer);
  return r;
}

}  // namespace

Reading<std::unique_ptr<Standing>> standing_by_file(Connection& server, const Dialect& dialect,
                                                    const Identity& identity, Deadline deadline) {
  const Reading<Writable> writable = dialect.writable(server, deadline);
  if (!server.usable()) return {std::nullopt, writable.error};
  // Its own log first: what it applies meanwhile may stand there already, and never the reverse.
  const Reading<LogPlace> end = end_of_log(server, deadline);
  const Result status = dialect.replica_status(server, deadline);
  if (!status.ok()) return {std::nullopt, status.error};
  return {std::make_unique<ByFile>(place_key(identity), end, writable, channels_of(status.rows)),
          {}};
}

Answer wait_for_place(Connection& server, const Dialect& dialect, const Identity& identity,
                      const Position& position, Nanos slice) {
  const Deadline end = Deadline::in(slice);
  const Deadline answer = Deadline::in(slice + kAnswerMargin);
  while (true) {
    const auto standing = standing_by_file(server, dialect, identity, answer);
    if (!standing) return Answer::unknown(standing.error);
    const auto applied = (*standing)->has_applied(position);
    if (applied && *applied) return Answer::yes();
    if (!applied) return Answer::no(applied.error);
    if (end.over())
      return Answer::no("not yet: it stands at " + (*standing)->position().value.value_or("?") +
                        ", wanted is " + position);
    for (const ServerPlace& wanted : places_in(position)) {
      if (wanted.server == place_key(identity)) continue;
      const Result r = wait_sql(server, dialect.is_mariadb(), wanted.place, end.left(), answer);
      if (!r.ok()) return Answer::unknown(r.error);
      // Without an applier there is no waiting, and its place is told a moment after it is reached.
      std::this_thread::sleep_for(r.rows.at(0, 0) ? kRecheck : kNoApplier);
    }
  }
}

}  // namespace cutover
