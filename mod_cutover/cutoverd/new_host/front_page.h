// SPDX-License-Identifier: Apache-2.0
// The site's front page, asked of either host by the way that visitors go.
#pragma once

#include <vector>

#include "shared/pages/question.h"

namespace cutover {

struct FrontPage {
  Front front;  // the first vhost whose page does not only lead to another's
  PageAnswer answer;
};

// So long an application may take that was asleep, or has just been started.
inline constexpr Nanos kToWakeUp = std::chrono::seconds(20);

// Why there is none, in words. `limit`: for all that is asked.
Reading<FrontPage> front_page(Pages& pages, const std::vector<Front>& fronts, Side host,
                              Nanos limit);

// Of the site's vhosts the one that `location`, in answer to `path` by `front`, only leads over to:
// TLS, or a name without www. None: it leads elsewhere.
const Front* front_it_leads_to(const std::vector<Front>& fronts, const Front& front,
                               const std::string& path, const std::string& location);

}  // namespace cutover
