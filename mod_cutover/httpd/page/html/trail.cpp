// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/html/trail.h"

#include "mod_cutover/httpd/page/html/words.h"

namespace cutover {

void write_trail(Html& h, const std::vector<TrailLine>& trail) {
  h.raw("<ol class=\"trail\" data-trail>\n");
  for (const TrailLine& t : trail) {
    h.raw("<li>");
    write_time(h, t.at);
    h.raw(" <b>").text(t.site).raw("</b> <strong>").text(t.what).raw("</strong> <span>");
    h.text(t.by).raw("</span> <span class=\"more\">").text(t.more).raw("</span></li>\n");
  }
  h.raw("</ol>\n");
}

}  // namespace cutover
