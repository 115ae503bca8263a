// SPDX-License-Identifier: Apache-2.0
// The two hosts of a site, asked by HTTP: by a vhost of this httpd; or the new one directly, as
// mod_proxy asks it for that vhost.
#pragma once

#include <string>

#include "mod_cutover/cutoverd/new_host/http_session.h"
#include "shared/memory/question.h"
#include "shared/pages/question.h"

namespace cutover {

// For CutoverNewHost's URL and a path below it. Without a front: by the URL's own name.
HttpQuestion question_to_new(const std::string& new_url, const Front* front,
                             const std::string& path);

// The host of a URL, without its port.
std::string host_in(const std::string& url);
// Its port, also where it is not said; 0 where the scheme is neither http nor https.
int port_in(const std::string& url);

// Both by this httpd, which passes on what is for the new host as it will pass visitors on.
class SitePages : public Pages {
 public:
  explicit SitePages(const QuestionSecret& secret) : secret_(secret) {}
  Reading<PageAnswer> get(const PageQuestion& question, Nanos limit) override;

 private:
  QuestionSecret secret_;
};

}  // namespace cutover
