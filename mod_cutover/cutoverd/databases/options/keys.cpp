// SPDX-License-Identifier: Apache-2.0
// The keys that an option file may have, and what each of them sets.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>

#include "mod_cutover/cutoverd/databases/options/option_file.h"

namespace cutover {
namespace {

using Refusal = std::optional<std::string>;  // what would be right

struct Draft {
  ConnectOptions options;
  std::optional<TlsMode> mode;  // by ssl-mode, ssl or skip-ssl
  std::optional<bool> verify;   // by ssl-verify-server-cert
};

struct Key {
  const char* name;
  bool needs_value;
  Refusal (*set)(Draft&, const OptionLine&);
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::optional<unsigned> number(const std::string& text, unsigned largest) {
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || value > largest) return std::nullopt;
  return value;
}

// A bare key means yes, as everywhere in these files.
std::optional<bool> flag(const OptionLine& line) {
  if (!line.has_value) return true;
  const std::string value = lower(line.value);
  if (value == "1" || value == "on" || value == "true" || value == "yes") return true;
  if (value == "0" || value == "off" || value == "false" || value == "no") return false;
  return std::nullopt;
}

template <std::string ConnectOptions::*Member>
Refusal set_text(Draft& draft, const OptionLine& line) {
  draft.options.*Member = line.value;
  return {};
}

template <unsigned ConnectOptions::*Member, unsigned Largest>
Refusal set_number(Draft& draft, const OptionLine& line) {
  const auto value = number(line.value, Largest);
  if (!value || *value == 0) return "takes a number from 1 to " + std::to_string(Largest);
  draft.options.*Member = *value;
  return {};
}

Refusal set_port(Draft& draft, const OptionLine& line) {
  draft.options.port_given = true;
  return set_number<&ConnectOptions::port, 65535>(draft, line);
}

template <bool WhenSet>
Refusal set_ssl(Draft& draft, const OptionLine& line) {
  const auto on = flag(line);
  if (!on) return "takes on or off";
  draft.mode = *on == WhenSet ? TlsMode::kRequired : TlsMode::kOff;
  return {};
}

// PREFERRED ends in clear against a server that offers nothing, with nobody told.
Refusal set_ssl_mode(Draft& draft, const OptionLine& line) {
  const std::string value = lower(line.value);
  if (value == "disabled") {
    draft.mode = TlsMode::kOff;
  } else if (value == "required") {
    draft.mode = TlsMode::kRequired;
  } else if (value == "verify_ca" || value == "verify_identity") {
    draft.mode = TlsMode::kVerified;
  } else if (value == "preferred") {
    return "would let the session fall back to clear text unseen: say REQUIRED, or DISABLED";
  } else {
    return "takes DISABLED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY";
  }
  return {};
}

Refusal set_verify(Draft& draft, const OptionLine& line) {
  draft.verify = flag(line);
  if (!draft.verify) return "takes on or off";
  return {};
}

Refusal set_replication_ssl(Draft& draft, const OptionLine& line) {
  const auto on = flag(line);
  if (!on) return "takes on or off";
  draft.options.replication_tls = *on ? TlsMode::kRequired : TlsMode::kOff;
  return {};
}

Refusal add_app_users(Draft& draft, const OptionLine& line) {
  std::string_view rest = line.value;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of(", "), rest.size());
    if (end > 0) draft.options.app_users.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

// Stands in so many system-wide [client] groups that it is let through: sessions are utf8mb4.
Refusal ignore(Draft&, const OptionLine&) { return {}; }

constexpr Key kKeys[] = {
    {"host", true, set_text<&ConnectOptions::host>},
    {"port", true, set_port},
    {"socket", true, set_text<&ConnectOptions::socket>},
    {"user", true, set_text<&ConnectOptions::user>},
    {"password", true, set_text<&ConnectOptions::password>},
    {"ssl", false, set_ssl<true>},
    {"skip-ssl", false, set_ssl<false>},
    {"ssl-mode", true, set_ssl_mode},
    {"ssl-verify-server-cert", false, set_verify},
    {"ssl-ca", true, set_text<&ConnectOptions::ssl_ca>},
    {"ssl-capath", true, set_text<&ConnectOptions::ssl_capath>},
    {"ssl-cert", true, set_text<&ConnectOptions::ssl_cert>},
    {"ssl-key", true, set_text<&ConnectOptions::ssl_key>},
    {"ssl-cipher", true, set_text<&ConnectOptions::ssl_cipher>},
    {"plugin-dir", true, set_text<&ConnectOptions::plugin_dir>},
    {"connect-timeout", true, set_number<&ConnectOptions::connect_timeout_s, 3600>},
    {"default-character-set", true, ignore},
    {"replication-user", true, set_text<&ConnectOptions::replication_user>},
    {"replication-password", true, set_text<&ConnectOptions::replication_password>},
    {"replication-host", true, set_text<&ConnectOptions::replication_host>},
    {"replication-port", true, set_number<&ConnectOptions::replication_port, 65535>},
    {"replication-ssl", false, set_replication_ssl},
    {"replication-ssl-ca", true, set_text<&ConnectOptions::replication_ssl_ca>},
    {"app-user", true, add_app_users},
};

std::string known_keys() {
  std::string all;
  for (const Key& key : kKeys) all += (all.empty() ? "" : ", ") + std::string(key.name);
  return all;
}

const Key* find_key(const std::string& name) {
  const auto* found = std::find_if(std::begin(kKeys), std::end(kKeys),
                                   [&](const Key& key) { return name == key.name; });
  return found == std::end(kKeys) ? nullptr : found;
}

// A line without `=`, or what looks like no key, may be a password that was written in the wrong
// place: it is not shown.
std::string shown(const OptionLine& line) {
  const bool a_word =
      line.key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (find_key(line.key) != nullptr || (line.has_value && a_word)) return line.key;
  return line.has_value ? "what stands before the =" : "what stands there";
}

Refusal apply(Draft& draft, const OptionLine& line) {
  const Key* key = find_key(line.key);
  if (key == nullptr) return "is not known; known are: " + known_keys();
  if (key->needs_value && !line.has_value) return "needs a value: " + line.key + "=...";
  return key->set(draft, line);
}

// Naming a certificate asks for TLS, and naming an authority asks for it to be believed alone,
// unless the file says elsewhere that it is not wanted.
ConnectOptions settle_tls(Draft draft) {
  ConnectOptions& o = draft.options;
  const bool authority = !o.ssl_ca.empty() || !o.ssl_capath.empty();
  const bool named = authority || !o.ssl_cert.empty() || !o.ssl_key.empty() ||
                     !o.ssl_cipher.empty() || draft.verify.value_or(false);
  o.tls = draft.mode.value_or(named ? TlsMode::kRequired : TlsMode::kOff);
  if (o.tls == TlsMode::kRequired && draft.verify.value_or(authority)) o.tls = TlsMode::kVerified;
  if (!o.replication_ssl_ca.empty()) o.replication_tls = TlsMode::kVerified;
  return std::move(draft.options);
}

}  // namespace

OrError<ConnectOptions> connect_options(const std::vector<OptionLine>& lines,
                                        const std::string& path, const std::string& group) {
  Draft draft;
  std::set<std::string> groups;
  for (const OptionLine& line : lines) groups.insert(line.group);
  if (!groups.contains(group)) {
    std::string there;
    for (const std::string& name : groups) there += (there.empty() ? "[" : ", [") + name + "]";
    return OptionError{path + ": has no group [" + group + "]; it has " +
                       (there.empty() ? "none" : there)};
  }
  for (const std::string& wanted : {std::string("client"), group}) {
    for (const OptionLine& line : lines) {
      if (line.group != wanted || line.key.empty()) continue;
      if (const Refusal refusal = apply(draft, line)) {
        return OptionError{path + ":" + std::to_string(line.line) + ": " + shown(line) + " " +
                           *refusal};
      }
    }
    if (group == "client") break;
  }
  if (draft.options.user.empty()) {
    return OptionError{path + ": has no user= in [" + group + "] or [client]"};
  }
  draft.options.origin = path + " [" + group + "]";
  return settle_tls(std::move(draft));
}

}  // namespace cutover
