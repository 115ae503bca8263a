// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/page_checks.h"

#include <algorithm>
#include <optional>

#include "mod_cutover/cutoverd/new_host/front_page.h"
#include "shared/pages/probe.h"
#include "shared/words/harmless.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kOneQuestion = 2s;
constexpr Nanos kAllQuestions = 8s;
// Longer than a second: what a page says of the time is another thing then, and so is known to be
// noise.
constexpr Nanos kBetween = 1100ms;
constexpr int kMostHops = 3;

// One probe on its way; with a row it has ended.
class Asking {
 public:
  Asking(const PageLook& look, const PageProbe& probe, Nanos until)
      : look_(look), probe_(probe), until_(until) {
    probed_.path = probe.path;
    probed_.new_url = look.settings.new_host;
    probed_.cannot_write_yet = look.settings.has_databases();
    look_at_what_is_known();
  }

  void first_round() {
    if (!row_) find_front();
    if (!row_) ask_new(probed_.of_new.first);
    if (!row_ && !probe_.cookies.empty()) {
      PageAnswer stranger;
      ask_old("", stranger);
      if (!row_) probed_.without_session = std::move(stranger);
    }
  }
  void second_round() {
    if (!row_) ask_old(cookies_, probed_.of_old.second);
    if (!row_) ask_new(probed_.of_new.second);
    if (!row_) row_ = compare(std::move(probed_));
  }
  bool ended() const { return row_.has_value(); }
  Check row() const { return *row_; }

 private:
  void end(CheckVerdict verdict, const std::string& seen, const std::string& remedy) {
    row_ = probe_row(probe_.path, verdict, seen, remedy);
  }

  void look_at_what_is_known() {
    const auto& fronts = look_.settings.fronts;
    if (look_.serves == Side::kNew)
      return end(CheckVerdict::kPass,
                 "not asked: as long as new serves, this httpd passes the request on to it", "");
    if (!probe_.trouble.empty())
      return end(CheckVerdict::kBlock, probe_.trouble,
                 "mend the cookie file, then `apachectl graceful`");
    if (!look_.new_host_answers)
      return end(CheckVerdict::kWarn, "not asked: see new-host", "see there");
    if (fronts.empty())
      return end(CheckVerdict::kWarn, "no vhost of the site has a port that httpd listens at",
                 "say Cutover " + look_.settings.name + " in the site's vhosts");
    come_by(fronts.front());
  }

  void come_by(const Front& front) {
    probed_.front = front;
    const Cookies sent = cookies_for(probe_.cookies, name_in(front.host), probe_.path);
    cookies_ = cookie_header(sent);
    probed_.cookie_names = names_of(sent);
    probed_.secrets = secrets_of(sent);
    if (sent.empty() && !probe_.cookie_file.empty())
      end(CheckVerdict::kBlock,
          probe_.cookie_file + " has no cookie for " + name_in(front.host) + probe_.path,
          "log in there with a browser and copy that cookie");
  }

  // A vhost that only says that the site is at another of its vhosts (TLS, or a name without www)
  // is left for that one, as a browser would.
  void find_front() {
    for (int hop = 0; !row_; ++hop) {
      ask_old(cookies_, probed_.of_old.first);
      const Front* next = row_ || hop == kMostHops ? nullptr : front_meant();
      if (next == nullptr) return;
      come_by(*next);
    }
  }
  const Front* front_meant() const {
    return front_it_leads_to(look_.settings.fronts, probed_.front, probe_.path,
                             probed_.of_old.first.location);
  }

  void ask_old(const std::string& cookies, PageAnswer& answer) {
    ask(Side::kOld, cookies, answer, CheckVerdict::kWarn,
        "the old host does not answer at " + probed_.front.base() + ": ",
        "see that this host can ask its own vhost for it within 2 s; or name another page");
  }
  void ask_new(PageAnswer& answer) {
    ask(Side::kNew, cookies_, answer, CheckVerdict::kBlock, "the new host does not answer: ",
        "see its error log; or name a page that it answers within 2 s");
  }
  void ask(Side host, const std::string& cookies, PageAnswer& answer, CheckVerdict verdict,
           const std::string& what, const std::string& remedy) {
    const Nanos left = until_ - look_.clock.now();
    if (left <= 0ns)
      return end(CheckVerdict::kBlock, "not asked: the other questions took the 8 s there are",
                 "name fewer pages, or quicker ones");
    Reading<PageAnswer> got =
        look_.pages.get({host, probed_.front, probe_.path, cookies}, std::min(left, kOneQuestion));
    if (!got) return end(verdict, what + harmless(got.error), remedy);
    answer = *std::move(got.value);
  }

  const PageLook& look_;
  const PageProbe& probe_;
  const Nanos until_;
  std::string cookies_;
  Probed probed_;
  std::optional<Check> row_;
};

}  // namespace

std::vector<PageProbe> probes_of(const std::vector<Probe>& configured, std::int64_t now_s) {
  std::vector<PageProbe> probes;
  for (const Probe& probe : configured) {
    PageProbe read{probe.path, probe.cookie_file, {}, {}};
    if (!probe.cookie_file.empty()) {
      Reading<Cookies> cookies = load_cookie_file(probe.cookie_file, now_s);
      read.trouble = cookies.error;
      if (cookies) read.cookies = *std::move(cookies.value);
    }
    probes.push_back(std::move(read));
  }
  return probes;
}

std::vector<Check> look_at_pages(const PageLook& look) {
  const Nanos until = look.clock.now() + kAllQuestions;
  std::vector<Asking> all;
  all.reserve(look.probes.size());
  for (const PageProbe& probe : look.probes) all.emplace_back(look, probe, until);
  for (Asking& asking : all) asking.first_round();
  const auto ended = [](const Asking& asking) { return asking.ended(); };
  if (!std::all_of(all.begin(), all.end(), ended)) look.clock.sleep(kBetween);
  std::vector<Check> rows;
  for (Asking& asking : all) {
    asking.second_round();
    rows.push_back(asking.row());
  }
  return rows;
}

}  // namespace cutover
