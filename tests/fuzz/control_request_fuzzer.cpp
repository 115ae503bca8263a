// SPDX-License-Identifier: Apache-2.0
// The control socket's lines: a request is what it says, and only root commands without
// CutoverPageControl.

#include "mod_cutover/cutoverd/control/request.h"
#include "mod_cutover/wire/json.h"
#include "shared/words/harmless.h"
#include "tests/fuzz/fuzz.h"

namespace cutover::fuzz {
namespace {

using nlohmann::json;

bool may_only_look(const Request& request) {
  return request.verb == "status" || request.verb == "watch" || request.verb == "events" ||
         request.verb == "history";
}

void rights_hold(const Request& request) {
  promise(reads_only(request.verb) == may_only_look(request), "four verbs look");
  for (const bool page_control : {false, true}) {
    promise(!may(Asker::kStranger, request.verb, page_control), "a stranger may nothing");
    promise(may(Asker::kRoot, request.verb, page_control), "root may everything");
  }
  promise(request.verb != "resolve" || !may(Asker::kHttpd, request.verb, true),
          "a doubt is resolved by root alone");
  promise(may(Asker::kHttpd, request.verb, false) == may_only_look(request),
          "httpd's User commands nothing without CutoverPageControl");
}

void says_what_the_line_says(const Request& request, const json& line) {
  promise(line.is_object() && line.contains("verb") && line["verb"] == request.verb,
          "the verb is the line's");
  promise(line.value("site", json("")) == request.site, "the site is the line's");
  promise(line.value("accept_data_loss", json(false)) == request.accept_data_loss,
          "data loss is accepted by the word true alone");
  promise(line.value("despite_direct_visitors", json(false)) == request.despite_direct_visitors,
          "and so are direct visitors");
  promise(cutover::harmless(request.by) == request.by, "whoever asks is shown without harm");
  promise(request.by.size() <= 4 * 200, "and in bounds");
}

}  // namespace

void control_request(std::string_view input) {
  const std::string_view line = next_line(input);
  const auto parsed = parse_request(line);
  const json as_json = json::parse(line, nullptr, false);
  if (const auto* wrong = std::get_if<std::string>(&parsed)) {
    promise(!wrong->empty(), "what is wrong is said");
    return;
  }
  const auto& request = std::get<Request>(parsed);
  says_what_the_line_says(request, as_json);
  rights_hold(request);
  const json again = {{"verb", request.verb},
                      {"site", request.site},
                      {"by", request.by},
                      {"accept_data_loss", request.accept_data_loss},
                      {"despite_direct_visitors", request.despite_direct_visitors},
                      {"serve", "old"}};
  const auto once_more = parse_request(again.dump());
  promise(std::holds_alternative<Request>(once_more), "printed, it is a request still");
  promise(std::get<Request>(once_more).verb == request.verb, "and the same one");
}

}  // namespace cutover::fuzz

CUTOVER_FUZZER(control_request)
