// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/control/request.h"

#include <algorithm>
#include <array>
#include <utility>

#include "mod_cutover/wire/json.h"
#include "shared/words/harmless.h"

namespace cutover {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> kLooks = {"status", "watch", "events", "history"};
constexpr std::string_view kResolve = "resolve";
constexpr std::string_view kVerify = "verify";
constexpr std::array<std::string_view, 9> kCommands = {
    "plan", "preflight", "rehearse", "switch", "rollback", "abort", kResolve, "complete", kVerify};
constexpr std::size_t kLongestBy = 200;

template <std::size_t size>
bool among(const std::array<std::string_view, size>& verbs, std::string_view verb) {
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

std::string text_in(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_moment(const json& value) {
  return value.is_number_unsigned() && std::in_range<std::int64_t>(value.get<std::uint64_t>());
}

// What is wrong with it, or nothing.
std::string read_wait(const json& object, Request& request) {
  const auto found = object.find("wait");
  if (found == object.end()) return {};
  if (request.verb != "switch" && request.verb != "rollback")
    return "wait belongs to switch and rollback";
  if (request.accept_data_loss || request.despite_direct_visitors)
    return "wait goes with nothing that a person has to look at in that minute";
  if (!found->is_object()) return "wait is an object";
  Wait& wait = request.wait.emplace();
  for (const auto& [key, value] : found->items()) {
    if (key == "quiet" && value.is_boolean())
      wait.quiet = value;
    else if (key == "from" && is_moment(value))
      wait.from_ms = value.get<std::int64_t>();
    else if (key == "until" && is_moment(value))
      wait.until_ms = value.get<std::int64_t>();
    else
      return "wait has from and until, in milliseconds since 1970, and quiet, true or false";
  }
  return {};
}

// What is wrong with it, or nothing.
std::string read_verify(const json& object, Request& request) {
  for (const auto& [key, flag] : {std::pair{"stop", &request.stop}, {"detach", &request.detach}}) {
    if (!object.contains(key)) continue;
    if (request.verb != kVerify) return std::string(key) + " belongs to verify";
    if (!object[key].is_boolean()) return std::string(key) + " is true or false";
    *flag = object[key];
  }
  const auto rate = object.find("rows_per_second");
  if (rate == object.end()) return {};
  if (request.verb != kVerify) return "rows_per_second belongs to verify";
  if (!rate->is_number_unsigned() || rate->get<std::uint64_t>() == 0)
    return "rows_per_second is a whole number above 0";
  request.rows_per_second = rate->get<std::uint64_t>();
  return {};
}

}  // namespace

std::variant<Request, std::string> parse_request(std::string_view line) {
  const json object = json::parse(line, nullptr, false);
  if (!object.is_object() || !object.contains("verb") || !object["verb"].is_string())
    return "a request is one JSON object with a verb";
  if (object.contains("site") && !object["site"].is_string()) return "site is a text";
  for (const char* flag : {"accept_data_loss", "despite_direct_visitors", "other_is_down"})
    if (object.contains(flag) && !object[flag].is_boolean())
      return std::string(flag) + " is true or false";
  if (object.contains("since") && !is_moment(object["since"]))
    return "since is a whole number of milliseconds since 1970";
  Request request;
  request.verb = text_in(object, "verb");
  request.site = text_in(object, "site");
  request.by = harmless(text_in(object, "by").substr(0, kLongestBy));
  request.accept_data_loss = object.value("accept_data_loss", false);
  request.despite_direct_visitors = object.value("despite_direct_visitors", false);
  request.other_is_down = object.value("other_is_down", false);
  request.since_ms = object.value("since", std::int64_t{0});
  request.confirm = text_in(object, "confirm");
  if (request.accept_data_loss && request.verb != "rollback")
    return "accept_data_loss belongs to rollback";
  if (request.despite_direct_visitors && request.verb != "rollback")
    return "despite_direct_visitors belongs to rollback";
  if (std::string wrong = read_wait(object, request); !wrong.empty()) return wrong;
  if (std::string wrong = read_verify(object, request); !wrong.empty()) return wrong;
  const std::string serve = text_in(object, "serve");
  if (request.verb == kResolve && serve != "old" && serve != "new")
    return "resolve: serve is old or new";
  request.serve = serve == "new" ? Side::kNew : Side::kOld;
  if (!among(kLooks, request.verb) && !among(kCommands, request.verb))
    return "no such verb: " + request.verb;
  return request;
}

bool reads_only(std::string_view verb) { return among(kLooks, verb); }

bool may(Asker asker, std::string_view verb, bool page_control) {
  switch (asker) {
    case Asker::kRoot:
      return true;
    case Asker::kHttpd:
      return (page_control && verb != kResolve) || reads_only(verb);
    case Asker::kStranger:
      return false;
  }
  return false;
}

}  // namespace cutover
