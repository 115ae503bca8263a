// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/wire/snapshot_json.h"

#include "mod_cutover/wire/armed_json.h"
#include "mod_cutover/wire/exact_values.h"
#include "mod_cutover/wire/strays_json.h"
#include "shared/figures/forecast.h"
#include "shared/words/check_groups.h"

namespace cutover {
namespace {

using nlohmann::json;

json requests(const Counts& c) {
  return {{"old", c.served[0]},           {"new", c.served[1]},       {"held", c.held},
          {"released", c.released},       {"timed_out", c.timed_out}, {"shed", c.shed},
          {"client_gone", c.client_gone}, {"shed_held", c.shed_held}, {"self_calls", c.self_calls}};
}

void read_requests(const json& j, Counts& c) {
  c.served = {whole<std::uint64_t>(j.at("old")), whole<std::uint64_t>(j.at("new"))};
  c.held = whole<std::uint64_t>(j.at("held"));
  c.released = whole<std::uint64_t>(j.at("released"));
  c.timed_out = whole<std::uint64_t>(j.at("timed_out"));
  c.shed = whole<std::uint64_t>(j.at("shed"));
  c.client_gone = whole<std::uint64_t>(j.at("client_gone"));
  c.shed_held = whole<std::uint64_t>(j.at("shed_held"));
  c.self_calls = whole<std::uint64_t>(j.at("self_calls"));
}

json slow(const std::vector<SlowRequest>& requests) {
  json all = json::array();
  for (const SlowRequest& r : requests) all.push_back({{"what", r.what}, {"ms", r.ms}});
  return all;
}

std::vector<SlowRequest> slow_from(const json& j) {
  std::vector<SlowRequest> all;
  for (const json& r : list(j)) all.push_back({r.at("what"), r.at("ms").get<double>()});
  return all;
}

json forecast(const std::optional<Forecast>& f) {
  if (!f) return nullptr;
  return {{"total_ms", f->total_ms()},   {"drain_ms", f->drain_ms},
          {"drain_from", f->drain_from}, {"catch_up_ms", f->catch_up_ms},
          {"rest_ms", f->rest_ms},       {"rest_measured", f->rest_measured},
          {"quiet_ms", f->quiet_ms},     {"quiet_from", f->quiet_from},
          {"proof_ms", f->proof_ms},     {"words", described(*f)}};
}

std::optional<Forecast> forecast_from(const json& j) {
  if (j.is_null()) return std::nullopt;
  return Forecast{j.at("drain_ms").get<double>(),
                  j.at("catch_up_ms").get<double>(),
                  j.at("rest_ms").get<double>(),
                  j.at("drain_from"),
                  j.at("rest_measured"),
                  j.at("quiet_ms").get<double>(),
                  j.at("quiet_from"),
                  j.at("proof_ms").get<double>()};
}

json to_json(const std::vector<PhaseTime>& times) {
  json phases = json::array();
  for (const PhaseTime& p : times) {
    json phase = {{"name", p.name}, {"ms", p.ms}};
    if (p.held) phase["held"] = *p.held;
    phases.push_back(std::move(phase));
  }
  return phases;
}

std::vector<PhaseTime> phases_from(const json& j) {
  std::vector<PhaseTime> phases;
  for (const json& p : list(j)) {
    phases.push_back({p.at("name"), p.at("ms"), std::nullopt});
    if (p.contains("held")) phases.back().held = whole<std::int64_t>(p["held"]);
  }
  return phases;
}

json to_json(const std::optional<Progress>& progress) {
  if (!progress) return nullptr;
  return {{"started", progress->started},
          {"ms", progress->ms},
          {"abortable", progress->abortable},
          {"rehearsal", progress->rehearsal},
          {"phases", to_json(progress->phases)}};
}

}  // namespace

json to_json(const LastRun& run) {
  return {{"direction", name(run.direction)},
          {"outcome", run.outcome},
          {"reason", run.reason},
          {"started", run.started},
          {"duration_ms", run.duration_ms},
          {"pause_ms", run.pause_ms},
          {"phases", to_json(run.phases)},
          {"lost", run.lost},
          {"rehearsal", run.rehearsal},
          {"slowest", slow(run.slowest)},
          {"left_behind", run.left_behind},
          {"closed", run.closed},
          {"left_open", run.left_open},
          {"busy", run.busy},
          {"held_max", run.held_max},
          {"timed_out", run.timed_out},
          {"shed", run.shed}};
}

LastRun last_run_from(const json& j) {
  LastRun run;
  run.direction = direction_named(j.at("direction"));
  run.outcome = j.at("outcome");
  run.reason = j.at("reason");
  run.started = j.at("started");
  run.duration_ms = j.at("duration_ms").get<double>();
  run.pause_ms = j.at("pause_ms").get<double>();
  run.phases = phases_from(j.at("phases"));
  run.lost = j.value("lost", "");
  run.rehearsal = j.value("rehearsal", false);
  if (j.contains("slowest")) run.slowest = slow_from(j["slowest"]);  // not in an older trail
  if (j.contains("left_behind")) run.left_behind = whole<std::int64_t>(j["left_behind"]);
  if (j.contains("closed")) run.closed = whole<std::int64_t>(j["closed"]);
  if (j.contains("left_open")) run.left_open = whole<std::int64_t>(j["left_open"]);
  if (j.contains("busy"))
    for (const json& who : list(j["busy"])) run.busy.push_back(who);
  run.held_max = whole<decltype(run.held_max)>(j.at("held_max"));
  run.timed_out = whole<decltype(run.timed_out)>(j.at("timed_out"));
  run.shed = whole<decltype(run.shed)>(j.at("shed"));
  return run;
}

json to_json(const std::optional<WayBack>& way_back) {
  if (!way_back) return nullptr;
  return {{"possible", way_back->possible}, {"reasons", way_back->reasons}};
}

json to_json(const Snapshot& s) {
  return {{"site", s.site},
          {"side", s.side},
          {"phase", s.phase},
          {"direction", s.direction ? json(name(*s.direction)) : json(nullptr)},
          {"run", to_json(s.progress)},
          {"epoch", s.epoch},
          {"in_flight", s.counts.in_flight},
          {"endless", s.counts.endless},
          {"held", s.counts.held_now},
          {"releasing", s.counts.releasing},
          {"release_window", s.counts.release_window},
          {"lag_ms", s.lag_ms ? json(*s.lag_ms) : json(nullptr)},
          {"gate", {{"open", s.gate.open}, {"reasons", s.gate.reasons}, {"notes", s.gate.notes}}},
          {"last", s.last ? to_json(*s.last) : json(nullptr)},
          {"rehearsal", s.rehearsal ? to_json(*s.rehearsal) : json(nullptr)},
          {"forecast", forecast(s.forecast)},
          {"slow", slow(s.slow)},
          {"strays", s.strays ? to_json(*s.strays) : json(nullptr)},
          {"requests", requests(s.counts)},
          {"balanced", balanced(s.counts)},
          {"doubt", s.doubt},
          {"questions", questions(s)},
          {"databases", s.databases},
          {"way_back", to_json(s.way_back)},
          {"armed", to_json(s.armed)},
          {"disarmed", to_json(s.disarmed)},
          {"completed", s.completed.empty() ? json(nullptr) : json(s.completed)}};
}

json to_json(const std::vector<Check>& checks) {
  json list = json::array();
  for (const Check& c : checks) {
    list.push_back({{"name", c.name},
                    {"group", group_of(c.name)},
                    {"verdict", name(c.verdict)},
                    {"seen", c.seen},
                    {"remedy", c.remedy}});
    for (const Sight& s : c.sights)
      list.back()["sights"].push_back({{"words", s.words}, {"old", s.by_old}, {"new", s.by_new}});
  }
  return list;
}

Snapshot snapshot_from(const json& j) {
  Snapshot s;
  s.site = j.at("site");
  s.side = j.at("side");
  s.phase = j.at("phase");
  if (!j.at("direction").is_null()) s.direction = direction_named(j.at("direction"));
  s.epoch = whole<std::uint64_t>(j.at("epoch"));
  s.counts.in_flight = whole<std::int64_t>(j.at("in_flight"));
  s.counts.endless = whole<std::int64_t>(j.at("endless"));
  s.counts.held_now = whole<std::int64_t>(j.at("held"));
  s.counts.releasing = whole<std::int64_t>(j.at("releasing"));
  s.counts.release_window = whole<std::int64_t>(j.at("release_window"));
  if (!j.at("lag_ms").is_null()) s.lag_ms = j.at("lag_ms").get<double>();
  s.gate.open = j.at("gate").at("open");
  s.gate.reasons = j.at("gate").at("reasons").get<std::vector<std::string>>();
  if (j["gate"].contains("notes"))  // not of an older coordinator
    s.gate.notes = j["gate"]["notes"].get<std::vector<std::string>>();
  if (!j.at("last").is_null()) s.last = last_run_from(j.at("last"));
  if (!j.at("rehearsal").is_null()) s.rehearsal = last_run_from(j.at("rehearsal"));
  s.forecast = forecast_from(j.at("forecast"));
  s.slow = slow_from(j.at("slow"));
  if (!j.at("strays").is_null()) s.strays = stray_report_from(j.at("strays"));
  read_requests(j.at("requests"), s.counts);
  s.doubt = j.at("doubt");
  s.databases = j.at("databases");
  if (const json& back = j.at("way_back"); !back.is_null())
    s.way_back = {back.at("possible"), back.at("reasons").get<std::vector<std::string>>()};
  if (const json& run = j.at("run"); !run.is_null())
    s.progress = {run.at("started"), run.at("ms").get<double>(), run.at("abortable"),
                  run.at("rehearsal"), phases_from(run.at("phases"))};
  s.armed = armed_from(j.at("armed"));
  s.disarmed = disarmed_from(j.at("disarmed"));
  if (!j.at("completed").is_null()) s.completed = j.at("completed");
  return s;
}

std::optional<LastRun> newest_run(const std::vector<nlohmann::json>& events, const char* key) {
  for (auto event = events.rbegin(); event != events.rend(); ++event) try {
      if (event->contains(key)) return last_run_from(event->at(key));
    } catch (const nlohmann::json::exception&) {
    }
  return std::nullopt;
}

}  // namespace cutover
