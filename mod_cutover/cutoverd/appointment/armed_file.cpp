// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/appointment/armed_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "mod_cutover/state/boot_id.h"
#include "mod_cutover/state/own_file.h"
#include "mod_cutover/state/pulse.h"
#include "mod_cutover/wire/exact_values.h"

namespace cutover {
namespace {

using nlohmann::json;

constexpr std::size_t kLargest = 16 * 1024;

}  // namespace

ArmedFile::ArmedFile(const std::string& path, std::string settings_digest)
    : path_(path), digest_(std::move(settings_digest)), boot_(boot_id()) {
  fd_ = open_own_file(path, O_RDWR | O_CREAT, 0600, error_);
  if (fd_) found_ = read();
}

// A text that was cut by a crash is one that was not handed on.
ArmedFile::Found ArmedFile::read() const {
  std::string text(kLargest, '\0');
  const ssize_t got = ::pread(fd_.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (text.empty()) return {};
  Found found;
  found.appointment.emplace();
  try {
    const json j = json::parse(text);
    Appointment& a = *found.appointment;
    a.direction = towards(side_named(j.at("to").get<std::string>()).value());
    a.by = j.at("by");
    a.from_ms = whole<std::int64_t>(j.at("from_ms"));
    a.until_ms = whole<std::int64_t>(j.at("until_ms"));
    a.until = std::chrono::nanoseconds(whole<std::int64_t>(j.at("until_ns")));
    a.quiet = j.at("quiet");
    if (boot_.empty() || j.at("boot") != boot_)
      found.lost = "the machine was started anew";
    else if (!j.at("handed_on").get<bool>())
      found.lost = "the coordinator that it was told died";
    else if (j.at("settings") != digest_)
      found.lost = "the site's settings were changed";
  } catch (const std::exception&) {
    found.lost = path_ + " cannot be read";
  }
  return found;
}

bool ArmedFile::arm(const Appointment& appointment) { return write(appointment, false, true); }

bool ArmedFile::write(const Appointment& a, bool handed_on, bool durably) {
  const json j = {{"to", name(arriving(a.direction))},
                  {"by", a.by},
                  {"from_ms", a.from_ms},
                  {"until_ms", a.until_ms},
                  {"until_ns", a.until.count()},
                  {"quiet", a.quiet},
                  {"boot", boot_},
                  {"settings", digest_},
                  {"handed_on", handed_on}};
  return write_text(j.dump(-1, ' ', true, json::error_handler_t::replace) + "\n", durably);
}

bool ArmedFile::write_text(const std::string& text, bool durably) {
  if (!fd_) return false;
  const LongStep disk(kSlowDisk);
  const auto size = static_cast<off_t>(text.size());
  const bool written = ::ftruncate(fd_.get(), 0) == 0 &&
                       ::pwrite(fd_.get(), text.data(), text.size(), 0) == size &&
                       (!durably || ::fsync(fd_.get()) == 0);
  error_ = written ? "" : path_ + ": cannot be written: " + std::strerror(errno);
  return written;
}

}  // namespace cutover
