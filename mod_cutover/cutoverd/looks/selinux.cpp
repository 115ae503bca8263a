// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/selinux.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>

#include "mod_cutover/state/fd.h"
#include "shared/words/phrases.h"

namespace cutover {
namespace {

constexpr const char* kAnything = "httpd_can_network_connect";
constexpr const char* kWebAlone = "httpd_can_network_relay";
constexpr const char* kDatabasesAlone = "httpd_can_network_connect_db";

// The first word of a file, or why there is none.
struct FirstWord {
  std::string text;
  int error = 0;
};

FirstWord read(const std::filesystem::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 256> text{};
  const ssize_t got = fd ? ::read(fd.get(), text.data(), text.size()) : -1;
  if (got < 0) return {"", errno};
  return {std::string(text.data(), std::find_if(text.data(), text.data() + got, [](char c) {
                        return c == '\0' || c == '\n' || c == ' ';
                      }))};
}

// "httpd_t" of "system_u:system_r:httpd_t:s0". Empty where it is another module's label, or none.
std::string domain_of(const std::string& context) {
  const std::size_t role = context.find(':');
  if (role == std::string::npos) return {};
  const std::size_t type = context.find(':', role + 1);
  if (type == std::string::npos) return {};
  const std::string name = context.substr(type + 1, context.find(':', type + 1) - type - 1);
  const auto odd = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_';
  };
  return std::ranges::any_of(name, odd) ? "" : name;
}

enum class Enforcement { kEnforcing, kPermissive, kUnknown };

// The distribution's policy lets httpd_t not even read whether it is enforced. Where it is not,
// nobody is kept from reading it.
Enforcement mode_of(const FirstWord& enforce) {
  if (enforce.error == EACCES || enforce.text == "1") return Enforcement::kEnforcing;
  return enforce.text == "0" ? Enforcement::kPermissive : Enforcement::kUnknown;
}

std::string named(const std::vector<Door>& doors) {
  std::vector<std::string> names;
  names.reserve(doors.size());
  for (const Door& door : doors)
    names.push_back(door.what + " (port " + std::to_string(door.port) + ")");
  return joined(names, ", ");
}

std::string set(const char* boolean) { return std::string("`setsebool -P ") + boolean + " on`"; }

// On a port that the policy knows as a database's the smaller right is enough.
std::string remedy_for(const std::vector<Door>& denied) {
  if (std::ranges::all_of(denied, [](const Door& door) { return door.port == 3306; }))
    return set(kDatabasesAlone) + ", or " + set(kAnything);
  return set(kAnything);
}

Check denied_check(const std::string& domain, const std::vector<Door>& denied) {
  return {"selinux", CheckVerdict::kBlock,
          "SELinux keeps httpd (" + domain + ") from connecting to " + named(denied),
          remedy_for(denied)};
}

// Which of httpd's booleans would keep it from connecting, were the policy enforced.
Check permissive_check(const std::string& domain, const Kernel& kernel) {
  const std::string seen = "SELinux is permissive, and httpd runs as " + domain;
  if (domain != "httpd_t") return {"selinux", CheckVerdict::kPass, seen, ""};
  const auto value = [&](const char* boolean) {
    return read(kernel.root / "sys/fs/selinux/booleans" / boolean);
  };
  const FirstWord anything = value(kAnything);
  if (anything.text == "1") return {"selinux", CheckVerdict::kPass, seen, ""};
  if (anything.text != "0")
    return {"selinux", CheckVerdict::kWarn,
            seen + "; " + kAnything + " could not be read: " + std::strerror(anything.error),
            "`getsebool httpd_can_network_connect`: once it is enforced that must be on"};
  if (value(kWebAlone).text == "1" && value(kDatabasesAlone).text == "1")
    return {"selinux", CheckVerdict::kPass,
            seen + "; " + kWebAlone + " and " + kDatabasesAlone + " are on", ""};
  return {"selinux", CheckVerdict::kWarn,
          seen + "; " + kAnything +
              " is off: once it is enforced, httpd reaches neither the new host nor the databases",
          set(kAnything)};
}

}  // namespace

std::optional<bool> may_connect(int port) {
  const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return std::nullopt;
  // SELinux judges by the port alone, and before the address is looked at; TCP then knows no way
  // to a multicast group.
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = ::inet_addr("224.0.0.1");
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return true;
  return errno != EACCES;
}

std::optional<Check> selinux(const std::vector<Door>& doors, const Kernel& kernel) {
  const FirstWord context = read(kernel.root / "proc/self/attr/current");
  const FirstWord enforce = read(kernel.root / "sys/fs/selinux/enforce");
  const std::string domain = domain_of(context.text);
  if (domain.empty()) {
    if (enforce.text.empty() && enforce.error != EACCES) return std::nullopt;
    return Check{"selinux", CheckVerdict::kWarn,
                 "SELinux is there, and what httpd runs as could not be read" +
                     (context.error == 0 ? "" : std::string(": ") + std::strerror(context.error)),
                 "`ps -eZ | grep httpd`; for httpd_t " + set(kAnything)};
  }
  std::vector<Door> denied;
  std::vector<Door> unknown;
  for (const Door& door : doors) {
    const std::optional<bool> may = kernel.may_connect(door.port);
    if (!may) unknown.push_back(door);
    if (may == false) denied.push_back(door);
  }
  if (!denied.empty()) return denied_check(domain, denied);
  const Enforcement mode = mode_of(enforce);
  if (mode == Enforcement::kPermissive) return permissive_check(domain, kernel);
  if (!unknown.empty() || mode == Enforcement::kUnknown)
    return Check{"selinux", CheckVerdict::kWarn,
                 unknown.empty() ? "whether SELinux is enforced for " + domain +
                                       " could not be read: " + std::strerror(enforce.error)
                                 : "whether SELinux lets " + domain + " connect to " +
                                       named(unknown) + " could not be found out",
                 "`getenforce; getsebool httpd_can_network_connect`: where it is enforced, that "
                 "must be on"};
  return Check{"selinux", CheckVerdict::kPass,
               "SELinux is enforced, and lets httpd (" + domain + ") connect to " + named(doors),
               ""};
}

}  // namespace cutover
