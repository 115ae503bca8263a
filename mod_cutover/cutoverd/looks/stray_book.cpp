// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/stray_book.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sstream>
#include <utility>

#include "mod_cutover/cutoverd/trail/log.h"
#include "mod_cutover/state/own_file.h"
#include "mod_cutover/wire/exact_values.h"
#include "mod_cutover/wire/strays_json.h"

namespace cutover {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr off_t kTail = 2 * 1024 * 1024;  // more than two weeks of hours

std::string tail_of(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return {};
  const off_t from = std::max<off_t>(0, info.st_size - kTail);
  std::string text(static_cast<std::size_t>(info.st_size - from), '\0');
  const ssize_t got = ::pread(fd, text.data(), text.size(), from);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

}  // namespace

StrayBook::StrayBook(const std::string& path, std::string site) : site_(std::move(site)) {
  std::string error;
  fd_ = open_own_file(path, O_RDWR | O_APPEND | O_CREAT, 0640, error);
  if (!fd_)
    log(Message::kStraysNotWritten, site_,
        "who comes by the old host is not written down: " + error);
  else
    read_all();
}

// A line that a crash or a full disk has cut is passed over, and so is what it runs into.
void StrayBook::read_all() {
  std::istringstream lines(tail_of(fd_.get()));
  for (std::string line; std::getline(lines, line);) try {
      const nlohmann::json object = nlohmann::json::parse(line);
      if (object.contains("served")) {
        strays_.learn_served(whole<std::int64_t>(object.at("hour")),
                             whole<std::uint64_t>(object.at("served")));
        continue;
      }
      const StrayHour hour = stray_hour_from(object);
      if (!object.contains("so_far")) written_ = std::max(written_, hour.hour);
      strays_.learn(hour);
    } catch (const nlohmann::json::exception&) {
    }
}

std::optional<StrayReport> StrayBook::look(const SiteStrays& strays, Side serving,
                                           std::uint64_t old_served, std::int64_t wall_ms) {
  const std::int64_t hour = wall_ms / kHourMs;
  const bool new_serves = serving == Side::kNew;
  learn(strays, new_serves, hour);
  count_served(!new_serves, old_served, hour);
  if (!new_serves) return std::nullopt;
  return strays_.report(hour);
}

void StrayBook::learn(const SiteStrays& strays, bool new_serves, std::int64_t this_hour) {
  if (new_serves) {  // an hour in which nobody came is known, too
    StrayHour now;
    now.hour = this_hour;
    strays_.learn(now);
  }
  StrayHour before;
  before.hour = std::exchange(watched_, new_serves ? this_hour : 0);
  for (const StrayBank& bank : strays.banks) {
    const StrayHour hour = copy_of(bank);
    if (hour.hour <= 0 || hour.hour > this_hour || hour.hour < this_hour - 1) continue;
    strays_.learn(hour);
    if (hour.hour == this_hour || hour.hour <= written_) continue;
    written_ = hour.hour;
    write_down(to_json(hour));
  }
  if (before.hour == 0 || before.hour == this_hour || before.hour <= written_) return;
  written_ = before.hour;
  write_down(to_json(before));
}

void StrayBook::leave(const SiteStrays& strays) {
  for (const StrayBank& bank : strays.banks) {
    const StrayHour hour = copy_of(bank);
    if (hour.hour <= written_) continue;
    nlohmann::json line = to_json(hour);
    line["so_far"] = true;
    write_down(line);
  }
}

void StrayBook::count_served(bool old_serves, std::uint64_t served, std::int64_t this_hour) {
  if (!old_serves) {
    serving_.reset();
  } else if (!serving_ || serving_->hour != this_hour) {
    const bool next = serving_ && serving_->hour == this_hour - 1;
    if (next && serving_->whole) {
      const std::uint64_t requests = served - serving_->served_before;
      strays_.learn_served(serving_->hour, requests);
      write_down({{"hour", serving_->hour}, {"served", requests}});
    }
    serving_ = {this_hour, served, next};
  }
}

void StrayBook::write_down(const nlohmann::json& hour) {
  if (!fd_) return;
  const std::string line =
      hour.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
  if (::write(fd_.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    log(Message::kStraysNotWritten, site_,
        "who comes by the old host is not written down: " + std::string(std::strerror(errno)));
}

}  // namespace cutover
