// SPDX-License-Identifier: Apache-2.0
// Option files: no value in an error, TLS never weaker than asked for, and any value can be
// written so that it is read as it was.
#include "mod_cutover/cutoverd/databases/options/option_file.h"
#include "tests/fuzz/fuzz.h"

namespace cutover::fuzz {
namespace {

using Lines = std::vector<OptionLine>;

std::string as_written(const std::string& value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '\\' || c == '"' || c == '\'') text += '\\';
    if (c == '\n')
      text += "\\n";
    else
      text += c;
  }
  return text + "\"";
}

// The last words of the line that an error is about are what it must not show.
void keeps_secrets(const OptionError& error, std::string_view text) {
  for (const std::string_view mark : {"hunter2", "HUNTER2"}) {
    if (text.find(mark) == std::string_view::npos) continue;
    // As a group's or a key's name in its own place it is no secret.
    for (std::string_view rest = text; !rest.empty();) {
      std::string_view line = next_line(rest);
      const std::size_t first = line.find_first_not_of(" \t\r\v\f");
      if (first != std::string_view::npos && line[first] == '[') return;
      if (line.substr(0, line.find('=')).find(mark) != std::string_view::npos &&
          line.find('=') != std::string_view::npos)
        return;
    }
    promise(error.text.find(mark) == std::string::npos, "no value is shown: " + error.text);
  }
}

void holds_together(const ConnectOptions& o, const Lines& lines) {
  promise(!o.user.empty(), "there is an account");
  promise(o.port >= 1 && o.port <= 65535, "a port is a port");
  bool says = false;
  for (const OptionLine& line : lines)
    says = says || line.key == "ssl" || line.key == "skip-ssl" || line.key == "ssl-mode" ||
           line.key == "ssl-verify-server-cert";
  if (!says && !o.ssl_ca.empty())
    promise(o.tls == TlsMode::kVerified, "the authority that is named is the one that is believed");
  if (!says && !o.ssl_cert.empty()) promise(o.tls != TlsMode::kOff, "a certificate asks for TLS");
}

void reads_what_was_written(std::string_view value) {
  std::string wanted(value.substr(0, 300));
  std::erase(wanted, '\0');
  const std::string text = "[cutover]\nuser=u\npassword=" + as_written(wanted) + "\nhost=h\n";
  const auto lines = parse_option_text(text, "f");
  promise(std::holds_alternative<Lines>(lines), "a quoted value is a value");
  const auto options = connect_options(std::get<Lines>(lines), "f", "cutover");
  promise(std::holds_alternative<ConnectOptions>(options), "and taken");
  const auto& o = std::get<ConnectOptions>(options);
  promise(o.password == wanted && o.host == "h", "as it was");
}

}  // namespace

void option_file(std::string_view input) {
  const auto lines = parse_option_text(input, "f");
  if (const auto* error = std::get_if<OptionError>(&lines)) {
    keeps_secrets(*error, input);
  } else {
    for (const char* group : {"cutover", "client"}) {
      const auto options = connect_options(std::get<Lines>(lines), "f", group);
      if (const auto* wrong = std::get_if<OptionError>(&options))
        keeps_secrets(*wrong, input);
      else
        holds_together(std::get<ConnectOptions>(options), std::get<Lines>(lines));
    }
  }
  reads_what_was_written(input);
}

}  // namespace cutover::fuzz

CUTOVER_FUZZER(option_file)
