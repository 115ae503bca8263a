// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/trail/audit.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <sstream>

#include "mod_cutover/cutoverd/trail/log.h"
#include "mod_cutover/state/own_file.h"
#include "mod_cutover/state/pulse.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

using nlohmann::json;

constexpr off_t kTail = 512 * 1024;  // as far back as anybody reads; a reply takes 1 MiB

std::string tail_of(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return {};
  const off_t from = std::max<off_t>(0, info.st_size - kTail);
  std::string text(static_cast<std::size_t>(info.st_size - from), '\0');
  const ssize_t got = ::pread(fd, text.data(), text.size(), from);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (from > 0) text.erase(0, text.find('\n') + 1);  // the first line is likely cut
  return text;
}

// A line that was cut by a full disk or a crash would take the next one with it.
bool ends_in_a_line(int fd) {
  struct stat info {};
  char last = '\n';
  if (::fstat(fd, &info) != 0 || info.st_size == 0) return true;
  return ::pread(fd, &last, 1, info.st_size - 1) != 1 || last == '\n';
}

bool is_of(const json& event, const std::string& site) {
  return event.is_object() && (site.empty() || (event.contains("site") && event["site"] == site));
}

}  // namespace

Audit::Audit(const std::string& path)
    : fd_(open_own_file(path, O_RDWR | O_APPEND | O_CREAT, 0640, error_)) {}

void Audit::add(json event) {
  const auto wall = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  event["at"] = utc(wall.count());
  const LongStep disk(kSlowDisk);
  const Lock lock(mutex_);
  const std::string line = (ends_in_a_line(fd_.get()) ? "" : "\n") +
                           event.dump(-1, ' ', true, json::error_handler_t::replace) + "\n";
  if (::write(fd_.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    log(Message::kTrailNotWritten, {},
        "the audit trail cannot be written: " + std::string(strerror(errno)));
}

std::vector<json> Audit::newest(std::size_t count, const std::string& site) const {
  std::vector<json> events;
  std::istringstream lines(tail_of(fd_.get()));
  for (std::string line; std::getline(lines, line);) {
    json event = json::parse(line, nullptr, false);
    if (is_of(event, site)) events.push_back(std::move(event));
  }
  if (events.size() > count)
    events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(count));
  return events;
}

}  // namespace cutover
