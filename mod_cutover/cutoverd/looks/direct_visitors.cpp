// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/direct_visitors.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "mod_cutover/cutoverd/new_host/both_hosts.h"
#include "shared/words/phrases.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kHourMs = 3'600'000;
constexpr Nanos kAskAgain = 300s;
constexpr Nanos kAllNames = 2s;
constexpr Nanos kRemembered = 300s;
// What a request leaves to be done after its answer is its own still.
constexpr Nanos kAfterwork = 5s;
// One piece of work may be several transactions; a person's hand at the server is one, too.
constexpr Nanos kApart = 1s;

// Of names that DNS cannot have (RFC 6761), nobody is asked.
constexpr std::array<std::string_view, 8> kNotInDns = {"test",        "localhost",  "invalid",
                                                       "example",     "local",      "example.com",
                                                       "example.net", "example.org"};

bool may_be_in_dns(const std::string& name) {
  const auto is_of = [&](std::string_view zone) { return name.ends_with("." + std::string(zone)); };
  const bool address = name.find_first_not_of("0123456789.") == std::string::npos ||
                       name.find(':') != std::string::npos;
  return !address && name.find('.') != std::string::npos && std::ranges::none_of(kNotInDns, is_of);
}

std::vector<std::string> names_of(const std::vector<Front>& fronts) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (may_be_in_dns(name) && std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  for (const Front& front : fronts) {
    add(name_in(front.host));
    for (const std::string& alias : front.aliases) add(alias);
  }
  return names;
}

std::string without_brackets(const std::string& host) {
  return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

}  // namespace

void DirectVisitors::look(Side serving, const Counts& before, const Position& position) {
  if (from_.replication == nullptr) return;
  if (serving == Side::kOld) {
    names_ = {};
    ask_at_ = from_.clock.now() + kAskAgain;  // not in the moments after a switch
    writes_ = {};
    position_.clear();
    passed_ = before.served[1];  // no work of theirs goes on at new
    busy_at_.reset();
    return;
  }
  look_for_writes(before, position);
  if (from_.clock.now() >= ask_at_) ask_for_names();
}

// Two looks, and whether this host passed nothing on from a while before the first of them to the
// end of the second: the counts are read on both sides of each position.
void DirectVisitors::look_for_writes(const Counts& before, const Position& position) {
  const Nanos now = from_.clock.now();
  for (const Counts& counts : {before, from_.store.counts()}) {
    if (passed_ != counts.served[1] || counts.in_flight != 0 || counts.endless != 0) busy_at_ = now;
    passed_ = counts.served[1];
  }
  if (position.empty()) return;
  const bool quiet = !position_.empty() && (!busy_at_ || looked_at_ >= *busy_at_ + kAfterwork);
  const bool due = !writes_.last || now >= *writes_.last + kApart;
  if (quiet && due && position != position_) {
    const Reading<OwnWrites> own = from_.replication->own_writes(Side::kNew, position_);
    if (own && own->rows) writes_ = {now, writes_.last};
  }
  position_ = position;
  looked_at_ = now;
}

bool DirectVisitors::written_past_this_host() const {
  return writes_.before && *writes_.before + kRemembered > from_.clock.now();
}

void DirectVisitors::ask_for_names() {
  const Nanos begin = from_.clock.now();
  ask_at_ = begin + kAskAgain;
  names_ = {};
  const std::vector<std::string> names = names_of(from_.settings.fronts);
  if (from_.names == nullptr || names.empty()) return;
  const Reading<NameEntry> new_host =
      from_.names->look_up(without_brackets(host_in(from_.settings.new_host)));
  names_.trouble = new_host.error;
  for (const std::string& name : names) {
    if (from_.clock.now() > begin + kAllNames) names_.trouble = "the resolver is slow";
    if (!names_.trouble.empty()) return;
    const Reading<NameEntry> entry = from_.names->look_up(name);
    names_.trouble = entry.error;
    if (entry && !entry->addresses.empty()) sort_in(name, *entry, *new_host);
  }
}

// A new host on this very machine is not told apart.
void DirectVisitors::sort_in(const std::string& name, const NameEntry& entry,
                             const NameEntry& new_host) {
  const auto here = [this](const std::string& a) { return from_.names->is_here(a); };
  const auto is_new = [&](const std::string& a) {
    return std::ranges::find(new_host.addresses, a) != new_host.addresses.end() && !here(a);
  };
  const std::string ttl = "TTL " + std::to_string(entry.ttl_s) + " s";
  if (std::ranges::any_of(entry.addresses, is_new))
    names_.to_new.push_back(name + " (" + ttl + ")");
  else if (std::ranges::all_of(entry.addresses, here))
    names_.here.push_back(name);
  else
    names_.elsewhere.push_back(name + " (" + joined(entry.addresses) + ", " + ttl + ")");
}

// Where DNS leads here they are few because of the hour, or until those who were away are back.
std::string DirectVisitors::fallen() const {
  if (from_.strays == nullptr || !names_.here.empty()) return {};
  const auto fall = from_.strays->fall(from_.clock.wall_ms() / kHourMs);
  if (!fall || !fall->is_far()) return {};
  return "this host passed on " + std::to_string(fall->now) +
         " requests in the last three whole hours, and served about " + whole_number(fall->before) +
         " in the same hours before the switch";
}

std::string DirectVisitors::seen() const {
  std::vector<std::string> how;
  if (!names_.to_new.empty())
    how.push_back("DNS leads to the new host for " + joined(names_.to_new));
  if (const std::string few = fallen(); !few.empty()) how.push_back(few);
  if (written_past_this_host())
    how.emplace_back(
        "the new database was written to while this host passed nothing on, by visitors who come "
        "straight to the new host or by jobs there");
  return joined(how, "; ");
}

Reading<std::vector<std::string>> DirectVisitors::led_elsewhere() {
  ask_for_names();
  if (!names_.trouble.empty() && names_.elsewhere.empty()) return {std::nullopt, names_.trouble};
  return {names_.elsewhere, ""};
}

const DirectVisitors::Names& DirectVisitors::ask() {
  ask_for_names();
  return names_;
}

Check DirectVisitors::check() {
  const std::string name = "direct-visitors";
  ask_for_names();
  if (const std::string how = seen(); !how.empty())
    return {name, CheckVerdict::kBlock, how,
            "a rollback neither holds nor drains them, and what they write afterwards fails with "
            "error 1290: let DNS name this host again, wait for the TTL and stop the jobs; or "
            "`cutoverctl rollback " +
                from_.settings.name + " --despite-direct-visitors`"};
  const std::string remedy =
      "who comes straight to the new host is neither held nor drained: see "
      "that nobody does";
  if (!names_.elsewhere.empty())
    return {name, CheckVerdict::kWarn,
            "DNS leads neither to this machine nor to CutoverNewHost's address for " +
                joined(names_.elsewhere),
            remedy};
  if (!names_.trouble.empty())
    return {name, CheckVerdict::kWarn,
            "DNS could not be asked for the site's names: " + names_.trouble, remedy};
  return {name, CheckVerdict::kPass,
          "nobody is known to come straight to the new host" +
              (names_.here.empty() ? "" : "; DNS leads here for " + joined(names_.here)),
          ""};
}

}  // namespace cutover
