// SPDX-License-Identifier: Apache-2.0
#include "tests/httpd/attacker/attacks.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "mod_cutover/state/fd.h"
#include "mod_cutover/state/paths.h"

namespace cutover::attacker {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDecisions = "cutover-control";

std::string proc(pid_t pid, const std::string& file) {
  return "/proc/" + (pid == 0 ? "self" : std::to_string(pid)) + "/" + file;
}

struct Range {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
};

// Where the decisions are mapped in this process.
std::vector<Range> decisions() {
  std::vector<Range> found;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find(kDecisions) == std::string::npos) continue;
    Range range;
    char dash = 0;
    std::istringstream(line) >> std::hex >> range.begin >> dash >> range.end;
    found.push_back(range);
  }
  return found;
}

std::vector<pid_t> family_of(pid_t parent) {
  std::vector<pid_t> found = {0, parent};
  std::ifstream children(proc(parent, "task/" + std::to_string(parent) + "/children"));
  for (pid_t pid = 0; children >> pid;)
    if (pid != ::getpid()) found.push_back(pid);
  return found;
}

bool is_the_decisions(int fd) {
  std::error_code none;
  return fs::read_symlink("/proc/self/fd/" + std::to_string(fd), none).string().find(kDecisions) !=
         std::string::npos;
}

// Success is a mapping that can be written; nothing is written.
bool can_be_written(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0 || info.st_size == 0) return false;
  const auto size = static_cast<std::size_t>(info.st_size);
  void* at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return false;
  ::munmap(at, size);
  return true;
}

class Attack {
 public:
  explicit Attack(const Target& target) : target_(target) {}

  std::vector<Attempt> run() {
    for (const Range& range : decisions()) own_mapping(range);
    for (const pid_t pid : family_of(target_.httpd)) descriptors_of(pid);
    for (const pid_t pid : {target_.httpd, target_.coordinator}) process(pid);
    files();
    for (const std::string& verb : target_.verbs) command(verb);
    note("become root", ::seteuid(0) == 0 && ::geteuid() == 0 && was_ != 0);
    return std::move(attempts_);
  }

 private:
  void note(const std::string& name, bool succeeded, const std::string& detail = "") {
    attempts_.push_back({name, succeeded, detail.empty() ? std::strerror(errno) : detail});
  }

  void own_mapping(const Range& range) {
    auto* at = reinterpret_cast<void*>(range.begin);
    const std::size_t size = range.end - range.begin;
    errno = 0;
    note("mprotect of the decisions", ::mprotect(at, size, PROT_READ | PROT_WRITE) == 0);
    std::ostringstream file;
    file << "/proc/self/map_files/" << std::hex << range.begin << "-" << range.end;
    note("open of the mapped file", static_cast<bool>(Fd(::open(file.str().c_str(), O_RDWR))));
    const Fd memory(::open("/proc/self/mem", O_RDWR));
    std::uint64_t same = 0;
    std::memcpy(&same, at, sizeof same);
    note("write through /proc/self/mem",
         memory && ::pwrite(memory.get(), &same, sizeof same, static_cast<off_t>(range.begin)) ==
                       sizeof same);
  }

  // Those that are inherited, those that other processes have, opened anew or taken over.
  void descriptors_of(pid_t pid) {
    const std::string whose = pid == 0 ? "self" : "process " + std::to_string(pid);
    bool opened = false;
    bool taken = false;
    const Fd handle(pid == 0 ? -1 : static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    constexpr int kMost = 8192;  // a whole run of the tests may have more than a thousand
    for (int number = 0; number < kMost; ++number) {
      const Fd again(
          ::open(proc(pid, "fd/" + std::to_string(number)).c_str(), O_RDWR | O_NONBLOCK));
      opened = opened || (again && is_the_decisions(again.get()) && can_be_written(again.get()));
      const Fd got(pid == 0
                       ? ::dup(number)
                       : static_cast<int>(::syscall(SYS_pidfd_getfd, handle.get(), number, 0)));
      taken = taken || (got && is_the_decisions(got.get()) && can_be_written(got.get()));
    }
    note("open of a descriptor of " + whose, opened, "opened anew");
    note("use of a descriptor of " + whose, taken, "taken over");
  }

  void process(pid_t pid) {
    const std::string whose = pid == target_.httpd ? "httpd's parent" : "the coordinator";
    const bool traced = ::ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) == 0;
    note("ptrace of " + whose, traced);
    if (traced) release(pid);
    note("memory of " + whose, static_cast<bool>(Fd(::open(proc(pid, "mem").c_str(), O_RDWR))));
    note("environment of " + whose, !readable(proc(pid, "environ")).empty());
    char byte = 0;
    const iovec ours{&byte, 1};
    const iovec theirs{reinterpret_cast<void*>(0x10000), 1};
    errno = 0;
    const bool reached = ::process_vm_readv(pid, &ours, 1, &theirs, 1, 0) >= 0 || errno == EFAULT;
    note("process_vm_readv of " + whose, reached);
  }

  static void release(pid_t pid) {
    ::ptrace(PTRACE_INTERRUPT, pid, nullptr, nullptr);
    ::waitpid(pid, nullptr, __WALL);
    ::ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
  }

  static std::string readable(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  void files() {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(target_.state_dir, none)) {
      if (entry.is_socket(none)) continue;
      const Fd fd(::open(entry.path().c_str(), O_WRONLY | O_CLOEXEC));
      note("write of " + entry.path().filename().string(), static_cast<bool>(fd));
    }
    const std::string socket = socket_path(target_.state_dir);
    const std::string mine = target_.state_dir + "/shop.journal.new";
    const Fd made(::open(mine.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    note("a file in the state directory", static_cast<bool>(made));
    if (made) ::unlink(mine.c_str());
    const bool moved = ::rename(socket.c_str(), (socket + ".old").c_str()) == 0;
    note("moving the socket away", moved);
    if (moved) ::rename((socket + ".old").c_str(), socket.c_str());
    note("reading the credentials", !readable(target_.secret_file).empty());
  }

  void command(const std::string& verb) {
    const Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path(target_.state_dir).copy(address.sun_path, sizeof address.sun_path - 1);
    const std::string line = "{\"verb\":\"" + verb + "\",\"by\":\"root (uid 0, pid 1)\"}\n";
    std::string answer;
    if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
        ::send(fd.get(), line.data(), line.size(), MSG_NOSIGNAL) > 0) {
      char chunk[4096];
      for (ssize_t got = 1; got > 0;) {
        got = ::recv(fd.get(), chunk, sizeof chunk, 0);
        if (got > 0) answer.append(chunk, static_cast<std::size_t>(got));
      }
    }
    // No answer is no refusal.
    const bool refused = answer.find("\"exit\":1") != std::string::npos &&
                         answer.find("only root may") != std::string::npos;
    note("the command " + verb, !refused, answer.empty() ? "no answer" : answer);
  }

  const Target& target_;
  const uid_t was_ = ::geteuid();
  std::vector<Attempt> attempts_;
};

}  // namespace

std::vector<Attempt> attack(const Target& target) { return Attack(target).run(); }

std::string to_query(const Target& target) {
  std::string text = std::to_string(target.httpd) + "," + std::to_string(target.coordinator) + "," +
                     target.state_dir + "," + target.secret_file;
  for (const std::string& verb : target.verbs) text += "," + verb;
  return text;
}

Target from_query(const std::string& query) {
  std::istringstream words(query);
  std::vector<std::string> all;
  for (std::string word; std::getline(words, word, ',');) all.push_back(word);
  Target target;
  if (all.size() < 4) return target;
  target.httpd = std::stoi(all[0]);
  target.coordinator = std::stoi(all[1]);
  target.state_dir = all[2];
  target.secret_file = all[3];
  target.verbs.assign(all.begin() + 4, all.end());
  return target;
}

}  // namespace cutover::attacker
