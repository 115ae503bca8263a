// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/name_checks.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "shared/pages/redirect.h"
#include "shared/words/harmless.h"
#include "shared/words/phrases.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kOneQuestion = 2s;
constexpr Nanos kAllQuestions = 8s;
constexpr std::size_t kShown = 4;
constexpr int kLoop = 508;
constexpr const char* kMember = "cutover-asks";  // of a wildcard

// What a host shows that knows nothing of a name.
constexpr std::array<std::string_view, 7> kDefaultPages = {"Apache2 Debian Default Page",
                                                           "Apache2 Ubuntu Default Page",
                                                           "HTTP Server Test Page",
                                                           "Test Page for the Apache HTTP Server",
                                                           "Test Page for the HTTP Server",
                                                           "Welcome to nginx!",
                                                           "<h1>It works!</h1>"};

std::string member_of(const std::string& wildcard) {
  std::string name;
  for (const char c : wildcard) name += c == '*' ? kMember : c == '?' ? "x" : std::string(1, c);
  return name;
}

std::vector<Front> by_each_name(const std::vector<Front>& fronts) {
  std::vector<Front> all;
  for (const Front& front : fronts) {
    std::vector<std::string> names{name_in(front.host)};
    const std::string port = front.host.substr(names.front().size());
    names.insert(names.end(), front.aliases.begin(), front.aliases.end());
    for (const std::string& wildcard : front.wildcards) names.push_back(member_of(wildcard));
    for (const std::string& name : names) {
      Front one = front;
      one.host = name + port;
      const bool known =
          std::ranges::any_of(all, [&](const Front& f) { return f.base() == one.base(); });
      if (!known) all.push_back(std::move(one));
    }
  }
  return all;
}

bool is_default_page(const PageAnswer& answer) {
  return std::ranges::any_of(kDefaultPages, [&](std::string_view mark) {
    return answer.body.find(mark) != std::string::npos;
  });
}

std::string described(const PageAnswer& answer) {
  std::string text = std::to_string(answer.status);
  if (!answer.location.empty()) text += " to " + harmless(answer.location);
  return text;
}

bool leads(const PageAnswer& answer) { return answer.status >= 300 && answer.status < 400; }

// Why a visitor would notice; empty: he would not.
struct Difference {
  CheckVerdict verdict = CheckVerdict::kPass;
  std::string what;
};

Difference between(const PageAnswer& by_old, const PageAnswer& by_new, const Front& front,
                   const std::string& new_url) {
  const std::string both = "old " + described(by_old) + ", new " + described(by_new);
  if (by_new.status == kLoop) return {CheckVerdict::kBlock, "it comes back to this httpd"};
  if (by_old.status >= 400) return {};
  if (by_new.status >= 500) return {CheckVerdict::kWarn, both};
  if (by_new.status >= 400) return {CheckVerdict::kBlock, both};
  if (leads(by_new) && !leads(by_old)) return {CheckVerdict::kBlock, both};
  if (leads(by_old) && !leads(by_new)) return {CheckVerdict::kWarn, both};
  if (leads(by_old)) {
    const Place old_place = place_of(by_old.location, "/", front, "");
    const Place new_place = place_of(by_new.location, "/", front, new_url);
    const bool same = old_place.path == new_place.path && old_place.query == new_place.query &&
                      !new_place.names_new_host;
    return same ? Difference{} : Difference{CheckVerdict::kBlock, both};
  }
  if (is_default_page(by_new) && !is_default_page(by_old))
    return {CheckVerdict::kBlock, "new shows the page of a host that does not know the name"};
  return {};
}

struct Told {
  std::vector<std::string> blocked;
  std::vector<std::string> doubted;
  std::size_t alike = 0;
  std::size_t not_asked = 0;
};

void ask(const PageLook& look, const Front& front, Nanos until, Told& told) {
  const auto get = [&](Side host) -> Reading<PageAnswer> {
    const Nanos left = until - look.clock.now();
    if (left <= 0ns) return {std::nullopt, ""};
    return look.pages.get({host, front, "/", ""}, std::min(left, kOneQuestion));
  };
  const Reading<PageAnswer> by_old = get(Side::kOld);
  const Reading<PageAnswer> by_new = by_old ? get(Side::kNew) : by_old;
  const std::string name = front.base() + "/: ";
  if (!by_old || !by_new) {
    const std::string& error = by_old ? by_new.error : by_old.error;
    if (error.empty())
      ++told.not_asked;
    else
      told.doubted.push_back(name + (by_old ? "new: " : "old: ") + harmless(error));
    return;
  }
  const Difference found = between(*by_old, *by_new, front, look.settings.new_host);
  if (found.verdict == CheckVerdict::kPass) ++told.alike;
  if (found.verdict == CheckVerdict::kWarn) told.doubted.push_back(name + found.what);
  if (found.verdict == CheckVerdict::kBlock) told.blocked.push_back(name + found.what);
}

std::string some(const std::vector<std::string>& all) {
  std::vector<std::string> shown = all;
  shown.resize(std::min(all.size(), kShown));
  const std::size_t more = all.size() - shown.size();
  return joined(shown, "; ") + (more == 0 ? "" : "; and " + std::to_string(more) + " more");
}

}  // namespace

std::optional<Check> look_at_names(const PageLook& look) {
  if (look.serves == Side::kNew || !look.new_host_answers || look.settings.fronts.empty())
    return std::nullopt;
  const Nanos until = look.clock.now() + kAllQuestions;
  Told told;
  for (const Front& front : by_each_name(look.settings.fronts)) ask(look, front, until, told);
  if (!told.blocked.empty())
    return Check{"new-host-names", CheckVerdict::kBlock, some(told.blocked),
                 "let the new host's httpd know the name (ServerName, ServerAlias) and serve the "
                 "site by it; see its error log and this one's"};
  if (!told.doubted.empty())
    return Check{"new-host-names", CheckVerdict::kWarn, some(told.doubted),
                 "an application that cannot write yet may answer with an error; else see the logs "
                 "of both"};
  if (told.not_asked > 0)
    return Check{"new-host-names", CheckVerdict::kWarn,
                 std::to_string(told.not_asked) +
                     " names were not asked for: the others took the "
                     "8 s there are",
                 "ask for them yourself, at both hosts"};
  return Check{"new-host-names", CheckVerdict::kPass,
               "the front page is there on both by " + std::to_string(told.alike) +
                   (told.alike == 1 ? " name" : " names"),
               ""};
}

}  // namespace cutover
