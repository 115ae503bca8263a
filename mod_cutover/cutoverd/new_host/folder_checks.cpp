// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/folder_checks.h"

#include <algorithm>

#include "shared/words/harmless.h"
#include "shared/words/phrases.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kOneQuestion = 2s;
constexpr Nanos kAllQuestions = 4s;

// What the redirect puts before the folder: "https://shop.example.com", or nothing. No value where
// it is another redirect.
std::optional<std::string> before(const std::string& folder, const Reading<PageAnswer>& answer) {
  const std::string to = folder + "/";
  if (!answer || answer->status < 300 || answer->status >= 400 || !answer->location.ends_with(to))
    return std::nullopt;
  return answer->location.substr(0, answer->location.size() - to.size());
}

}  // namespace

std::optional<Check> look_at_folders(const PageLook& look) {
  if (look.serves == Side::kNew || !look.new_host_answers) return std::nullopt;
  const Nanos until = look.clock.now() + kAllQuestions;
  std::vector<std::string> seen, remedies;
  std::size_t alike = 0;
  for (const Front& front : look.settings.fronts) {
    const auto redirects = [&](Side host) -> std::optional<std::string> {
      const Nanos left = until - look.clock.now();
      if (left <= 0ns) return std::nullopt;
      return before(front.folder,
                    look.pages.get({host, front, front.folder, ""}, std::min(left, kOneQuestion)));
    };
    const auto by_old = front.folder.empty() ? std::nullopt : redirects(Side::kOld);
    const auto by_new = by_old ? redirects(Side::kNew) : std::nullopt;
    if (!by_new) continue;
    if (by_new->empty() || *by_new == *by_old || *by_new == front.base()) {
      ++alike;
      continue;
    }
    seen.push_back(front.base() + front.folder + ": old redirects to " +
                   harmless(by_old->empty() ? front.base() : *by_old) + front.folder +
                   "/, and new to " + harmless(*by_new) + front.folder + "/");
    remedies.push_back("ServerName " + front.base() +
                       " in the new host's vhost; or ProxyPassReverse / " + harmless(*by_new) +
                       "/ in this host's vhost of " + front.base());
  }
  if (!seen.empty())
    return Check{"redirects", CheckVerdict::kWarn, joined(seen, "; "), joined(remedies, "; ")};
  if (alike == 0) return std::nullopt;
  return Check{"redirects", CheckVerdict::kPass,
               "the new host redirects from a folder by the name that visitors use", ""};
}

}  // namespace cutover
