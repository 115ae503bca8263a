// SPDX-License-Identifier: Apache-2.0
// Transactions by origin and number, of either vendor: 0-2-14 of MariaDB is number 14 of "0-2", and
// UUID:TAG:14 of MySQL number 14 of "UUID:TAG".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace cutover {

struct NumberedGtid {
  std::string origin;
  std::uint64_t number = 0;
};

// 0-2-14, UUID:14 or UUID:TAG:14; nothing for what is none.
std::optional<NumberedGtid> parse_gtid(std::string_view text);

class GtidSpans {
 public:
  // MariaDB's list, whose every member stands for all numbers up to its own. MySQL's set, where
  // each number is named. Nothing for a text that is neither.
  static std::optional<GtidSpans> up_to(std::string_view list);
  static std::optional<GtidSpans> of_set(std::string_view set);

  // `first` to `last`, both included; nothing where last < first.
  void add(const std::string& origin, std::uint64_t first, std::uint64_t last);
  void add(const GtidSpans& others);
  void remove(const std::string& origin, std::uint64_t first, std::uint64_t last);
  void remove(const GtidSpans& others);

  bool empty() const { return spans_.empty(); }
  bool contains(const NumberedGtid& gtid) const;
  bool meets(const GtidSpans& others) const;
  // True where all in here comes later than `earlier`, of origins that are in there.
  bool continues(const GtidSpans& earlier) const;
  // True where some origin ends earlier here than there: its server counts anew.
  bool falls_behind(const GtidSpans& others) const;
  // Those that the server `uuid` wrote, under whatever tag.
  GtidSpans those_of(const std::string& uuid) const;
  // True where all were.
  bool all_from(const std::string& uuid) const;
  // The first number of the span that `gtid` is in, or its own.
  std::uint64_t span_begin(const NumberedGtid& gtid) const;
  // The largest number of an origin; 0 for one that is not in here.
  std::uint64_t last_of(const std::string& origin) const;
  // As MySQL writes a set.
  std::string as_set() const;

  friend bool operator==(const GtidSpans&, const GtidSpans&) = default;

 private:
  // By origin, the last number of each span by its first one; the spans do not touch, and no origin
  // is without any.
  std::map<std::string, std::map<std::uint64_t, std::uint64_t>> spans_;
};

}  // namespace cutover
