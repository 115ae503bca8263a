// SPDX-License-Identifier: Apache-2.0
// Templates are kept in the build folder, named by the server program's time so that an upgrade
// makes a new one; a file lock lets parallel test programs make it once.
#include "tests/harness/data_template.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <string>

#include "tests/harness/build_paths.h"

namespace cutover::harness {
namespace {

namespace fs = std::filesystem;

class FileLock {
 public:
  explicit FileLock(const fs::path& path)
      : fd_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    flock(fd_, LOCK_EX);
  }
  ~FileLock() { close(fd_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_;
};

}  // namespace

void copy_data_template(Vendor vendor, const fs::path& destination) {
  fs::path templates = cache_dir() / "templates";
  fs::create_directories(templates);
  fs::path program = programs_of(vendor).server.back();
  auto stamp = fs::last_write_time(program).time_since_epoch().count();
  fs::path made = templates / (vendor_name(vendor) + ("-" + std::to_string(stamp)));
  {
    FileLock lock(templates / (std::string(vendor_name(vendor)) + ".lock"));
    if (!fs::exists(made)) {
      fs::path work = made.string() + ".new";
      fs::remove_all(work);
      initialise_data(vendor, work);
      fs::rename(work, made);
    }
  }
  fs::copy(made, destination, fs::copy_options::recursive);
}

}  // namespace cutover::harness
