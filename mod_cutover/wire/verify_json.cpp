// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/wire/verify_json.h"

#include "mod_cutover/wire/exact_values.h"

namespace cutover {
namespace {

using nlohmann::json;

json or_null(const std::optional<VerifyReport>& report) {
  return report ? to_json(*report) : json(nullptr);
}

std::optional<VerifyReport> report_in(const json& j) {
  if (j.is_null()) return std::nullopt;
  return verify_report_from(j);
}

std::vector<std::string> texts(const json& j) { return list(j).get<std::vector<std::string>>(); }

}  // namespace

json to_json(const VerifyReport& r) {
  const auto left = left_ms(r);
  return {{"started_ms", r.started_ms},
          {"ended_ms", r.ended_ms},
          {"worked_ms", r.worked_ms},
          {"left_ms", left && r.ended_ms == 0 ? json(*left) : json(nullptr)},
          {"stopped", r.stopped},
          {"waits_for", r.waits_for},
          {"tables", r.tables},
          {"tables_done", r.tables_done},
          {"rows", r.rows},
          {"rows_expected", r.rows_expected},
          {"different", r.different},
          {"undecided", r.undecided},
          {"findings", r.findings},
          {"open", r.open},
          {"uncompared", r.uncompared},
          {"uncompared_count", r.uncompared_count},
          {"notes", r.notes}};
}

json to_json(const Verified& v, std::int64_t now_ms) {
  return {{"result", name(result_of(v, now_ms))},
          {"words", described(v, now_ms)},
          {"words_now", v.now ? described_now(*v.now) : ""},
          {"last", or_null(v.last)},
          {"now", or_null(v.now)}};
}

VerifyReport verify_report_from(const json& j) {
  VerifyReport r;
  r.started_ms = whole<std::int64_t>(j.at("started_ms"));
  r.ended_ms = whole<std::int64_t>(j.at("ended_ms"));
  r.worked_ms = whole<std::int64_t>(j.at("worked_ms"));
  r.stopped = j.at("stopped");
  r.waits_for = j.at("waits_for");
  r.tables = whole<std::uint64_t>(j.at("tables"));
  r.tables_done = whole<std::uint64_t>(j.at("tables_done"));
  r.rows = whole<std::uint64_t>(j.at("rows"));
  r.rows_expected = whole<std::uint64_t>(j.at("rows_expected"));
  r.different = whole<std::uint64_t>(j.at("different"));
  r.undecided = whole<std::uint64_t>(j.at("undecided"));
  r.findings = texts(j.at("findings"));
  r.open = texts(j.at("open"));
  r.uncompared = texts(j.at("uncompared"));
  r.uncompared_count = whole<std::uint64_t>(j.at("uncompared_count"));
  r.notes = texts(j.at("notes"));
  return r;
}

Verified verified_from(const json& j) { return {report_in(j.at("last")), report_in(j.at("now"))}; }

}  // namespace cutover
