// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/front_page.h"

#include <algorithm>
#include <span>

#include "shared/pages/redirect.h"

namespace cutover {
namespace {

constexpr std::size_t kMostVhosts = 4;

bool leads(const PageAnswer& answer) { return answer.status >= 300 && answer.status < 400; }

}  // namespace

Reading<FrontPage> front_page(Pages& pages, const std::vector<Front>& fronts, Side host,
                              Nanos limit) {
  Reading<FrontPage> page{std::nullopt, "no vhost of the site has a port that httpd listens at"};
  for (const Front& front : std::span(fronts).first(std::min(kMostVhosts, fronts.size()))) {
    Reading<PageAnswer> answer = pages.get({host, front, "/", ""}, limit);
    if (!answer) return {std::nullopt, front.base() + "/: " + answer.error};
    limit -= answer->took;
    page.value = FrontPage{front, *std::move(answer.value)};
    if (!leads(page->answer) || limit <= Nanos(0)) break;
  }
  return page;
}

const Front* front_it_leads_to(const std::vector<Front>& fronts, const Front& front,
                               const std::string& path, const std::string& location) {
  if (location.find("://") == std::string::npos) return nullptr;
  const auto found = std::ranges::find_if(fronts, [&](const Front& other) {
    const Place place = place_of(location, path, other, "");
    return other.base() != front.base() && place.path + place.query == path;
  });
  return found == fronts.end() ? nullptr : &*found;
}

}  // namespace cutover
