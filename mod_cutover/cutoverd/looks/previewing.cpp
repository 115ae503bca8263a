// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/previewing.h"

#include "shared/words/phrases.h"

namespace cutover {
namespace {

constexpr const char* kName = "preview";

std::string what_it_is(const SiteSettings& site) {
  std::string seen = "who sends the cookie " + site.preview +
                     " (CutoverPreview) is shown the new host, and can only read there";
  if (site.has_databases())
    seen +=
        ": its database is read-only, so that a page that writes on a GET, such as its "
        "session, fails for him, and only for him";
  return seen;
}

}  // namespace

std::optional<Check> previewing(const SiteSettings& site,
                                const Reading<std::vector<std::string>>& elsewhere) {
  if (site.preview.empty()) return std::nullopt;
  const std::string seen = what_it_is(site);
  const std::string remedy =
      "where a CDN or a cache stands before the site: let it pass the cookie " + site.preview +
      " on, and neither keep nor answer what comes with it; else take CutoverPreview out";
  if (!elsewhere)
    return Check{kName, CheckVerdict::kWarn,
                 seen +
                     ". Whether a CDN stands before the site is not known: DNS could not be "
                     "asked for its names: " +
                     elsewhere.error,
                 remedy};
  if (!elsewhere->empty())
    return Check{kName, CheckVerdict::kWarn,
                 seen + ". DNS leads neither to this machine nor to CutoverNewHost's address for " +
                     joined(*elsewhere) +
                     ": a CDN or a load balancer before the site, or an address that is translated",
                 remedy};
  return Check{kName, CheckVerdict::kPass, seen, ""};
}

}  // namespace cutover
