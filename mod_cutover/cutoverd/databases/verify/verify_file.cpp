// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/verify/verify_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "mod_cutover/state/own_file.h"
#include "mod_cutover/wire/exact_values.h"
#include "mod_cutover/wire/verify_json.h"

namespace cutover {
namespace {

using nlohmann::json;

constexpr std::size_t kLargest = 1024 * 1024;

json to_json(const VerifyResume& r) {
  const TableProgress& p = r.progress;
  return {{"table", r.table},
          {"rows_per_second", r.rows_per_second},
          {"after", p.after ? json(*p.after) : json(nullptr)},
          {"rows", p.rows},
          {"different", p.different},
          {"undecided", p.undecided},
          {"told", p.told}};
}

VerifyResume resume_from(const json& j) {
  VerifyResume r;
  r.table = j.at("table");
  r.rows_per_second = whole<std::uint64_t>(j.at("rows_per_second"));
  if (!j.at("after").is_null()) r.progress.after = list(j["after"]).get<RowKey>();
  r.progress.rows = whole<std::uint64_t>(j.at("rows"));
  r.progress.different = whole<std::uint64_t>(j.at("different"));
  r.progress.undecided = whole<std::uint64_t>(j.at("undecided"));
  r.progress.told = list(j.at("told")).get<std::vector<std::string>>();
  return r;
}

}  // namespace

VerifyFile::VerifyFile(const std::string& path) : path_(path) {
  fd_ = open_own_file(path, O_RDWR | O_CREAT, 0600, error_);
  if (fd_) read();
}

void VerifyFile::read() {
  std::string text(kLargest, '\0');
  const ssize_t got = ::pread(fd_.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (text.empty()) return;
  try {
    const json j = json::parse(text);
    Kept kept{verified_from(j), resume_from(j.at("resume"))};
    found_ = std::move(kept);
  } catch (const std::exception&) {
    error_ = path_ + " cannot be read: what it had is lost, and another comparison has to be made";
  }
}

bool VerifyFile::write(const Kept& kept) {
  if (!fd_) return false;
  json j = cutover::to_json(kept.verified, 0);
  j["resume"] = to_json(kept.resume);
  const std::string text = j.dump(-1, ' ', true, json::error_handler_t::replace) + "\n";
  const auto size = static_cast<off_t>(text.size());
  const bool written = ::ftruncate(fd_.get(), 0) == 0 &&
                       ::pwrite(fd_.get(), text.data(), text.size(), 0) == size &&
                       ::fsync(fd_.get()) == 0;
  error_ = written ? "" : path_ + ": cannot be written: " + std::strerror(errno);
  return written;
}

}  // namespace cutover
