// SPDX-License-Identifier: Apache-2.0
// Rows of SHOW BINLOG EVENTS, whatever they are: the own set, then type and info of each event, a
// blank between them, one a line.
#include "mod_cutover/cutoverd/databases/binlog/transactions.h"
#include "tests/fuzz/fuzz.h"

namespace cutover::fuzz {
namespace {

void sets_hold(std::string_view text) {
  const auto set = GtidSpans::of_set(text);
  if (!set) return;
  const auto again = GtidSpans::of_set(set->as_set());
  promise(again && *again == *set, "printed and read again, it is the same: " + set->as_set());
  GtidSpans twice = *set;
  twice.add(*set);
  promise(twice == *set, "what is in it already adds nothing");
  promise(set->empty() || set->meets(*set), "it meets itself");
  twice.remove(*set);
  promise(twice.empty(), "without itself nothing is left");
}

}  // namespace

void binlog_events(std::string_view input) {
  const std::string_view own = next_line(input);
  sets_hold(own);
  const auto set = GtidSpans::of_set(own);
  const auto list = GtidSpans::up_to(own);
  const GtidSpans wanted = set ? *set : list.value_or(GtidSpans());
  TransactionReader reader;
  bool map_of_the_sites = false;  // since the last GTID
  while (!input.empty()) {
    const std::string_view line = next_line(input);
    const std::size_t blank = std::min(line.find(' '), line.size());
    const LogEvent event{std::string(line.substr(0, blank)),
                         std::string(line.substr(std::min(blank + 1, line.size())))};
    earlier_files(event);
    const Judged judged = judge_statement(event.info);
    promise(judged.statement.size() < 400, "a statement is shown in short");
    if (judged.holds == Holds::kNothing || judged.holds == Holds::kInTransaction)
      promise(judge_statement(event.info + "; DROP TABLE w").holds == Holds::kRows ||
                  event.info.find_first_of("#-/'\"`\\") != std::string::npos,
              "a second statement behind it counts");
    const auto transaction = reader.take(event, wanted);
    if (transaction) {
      promise(wanted.contains(transaction->gtid), "only what was asked for is told of");
      promise(transaction->rows || !map_of_the_sites, "rows of the site's are seen");
    }
    if (event.type.starts_with("Gtid") || event.type == "Anonymous_Gtid") map_of_the_sites = false;
    if (event.type == "Table_map" && event.info == "table_id: 18 (shop.w)") map_of_the_sites = true;
  }
}

}  // namespace cutover::fuzz

CUTOVER_FUZZER(binlog_events)
