// SPDX-License-Identifier: Apache-2.0
// Putting the disk between the coordinator and its files: a wrapper that preloads it.
#include "tests/faults/faulty_disk.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>
#include <string_view>

#include "tests/harness/build_paths.h"

namespace cutover::faults {
namespace {

using harness::product;
using harness::write_file;

DiskControl* map_control(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ::ftruncate(fd, sizeof(DiskControl)) != 0)
    throw std::runtime_error("cannot make " + path.string());
  void* at = ::mmap(nullptr, sizeof(DiskControl), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (at == MAP_FAILED) throw std::runtime_error("cannot map " + path.string());
  return static_cast<DiskControl*>(at);
}

}  // namespace

FaultyDisk::FaultyDisk() : dir_("disk"), control_(map_control(dir_ / "control")) {}

FaultyDisk::~FaultyDisk() { ::munmap(control_, sizeof(DiskControl)); }

std::map<std::string, std::string> FaultyDisk::environment() {
  write_file(dir_ / "cutoverd",
             "#!/bin/sh\n# its arguments begin with --state-dir DIR\nexport CUTOVER_FAULTY_DISK='" +
                 (dir_ / "control").string() + "' CUTOVER_FAULTY_DIR=\"$2\" LD_PRELOAD='" +
                 product("faulty_disk.so").string() + "'\nexec '" + product("cutoverd").string() +
                 "' \"$@\"\n",
             0755);
  return {{"CUTOVER_CUTOVERD", dir_ / "cutoverd"}};
}

void FaultyDisk::mend() {
  fail_writes(0);
  stall(0);
  turn_clock(0);
}

void FaultyDisk::cut_power(const std::filesystem::path& journal) const {
  if (control_->syncs == 0 || !std::filesystem::exists(journal)) return;
  write_file(journal,
             std::string_view(reinterpret_cast<const char*>(control_->durable), kJournalBytes),
             0600);
}

}  // namespace cutover::faults
