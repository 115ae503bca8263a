// SPDX-License-Identifier: Apache-2.0
// Asking the status page, and reading where a site is from a file.
#include "tests/harness/site_access.h"

#include <stdexcept>

#include "mod_cutover/wire/json.h"
#include "tests/harness/eventually.h"
#include "tests/harness/http_client.h"
#include "tests/harness/temp_dir.h"

namespace cutover::harness {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

Endpoint endpoint(const json& value) {
  return {value.at("address").get<std::string>(), value.at("port").get<std::uint16_t>()};
}

// The account is the same on both servers, its password in a file of its own.
SqlLogin login(const json& server, const json& account) {
  const Endpoint where = endpoint(server);
  const fs::path file = account.at("password_file").get<std::string>();
  SqlLogin result;
  result.address = where.address;
  result.port = where.port;
  result.user = account.at("user").get<std::string>();
  result.schema = account.at("schema").get<std::string>();
  const std::string text = read_file(file);
  result.password = text.substr(0, text.find('\n'));
  if (result.password.empty()) throw std::runtime_error("no password in " + file.string());
  return result;
}

}  // namespace

json SiteAccess::status() const {
  const HttpResponse response =
      HttpClient(admin.address, admin.port, "localhost").get("/cutover/status.json");
  if (response.status != 200) {
    throw std::runtime_error("status.json answers " + std::to_string(response.status) + " " +
                             response.error);
  }
  json all = json::parse(response.body);
  const json& sites = all.contains("sites") ? all["sites"] : all;
  for (const json& site : sites) {
    if (site.is_object() && site.value("site", "") == "shop") return site;
  }
  if (all.value("site", "") == "shop") return all;
  throw std::runtime_error("no site shop in status.json: " + response.body);
}

std::string SiteAccess::side() const { return status().value("side", ""); }

std::string SiteAccess::await_gate(std::chrono::milliseconds limit) const {
  std::string reasons;
  eventually(
      [&] {
        const json gate = status().at("gate");
        reasons = gate.value("open", false) ? "" : gate.value("reasons", json()).dump();
        return reasons.empty();
      },
      limit, std::chrono::milliseconds(50));
  return reasons;
}

SiteAccess read_site_access(const fs::path& file) {
  try {
    const json text = json::parse(read_file(file));
    SiteAccess site;
    site.visitors = endpoint(text.at("visitors"));
    site.new_host = endpoint(text.at("new_host"));
    site.admin = endpoint(text.at("admin"));
    site.cutoverctl = text.at("cutoverctl").get<std::vector<std::string>>();
    site.old_database = login(text.at("old_database"), text.at("account"));
    site.new_database = login(text.at("new_database"), text.at("account"));
    site.old_host_log = text.at("old_host_log").get<std::string>();
    site.new_host_log = text.at("new_host_log").get<std::string>();
    site.access_log = text.at("access_log").get<std::string>();
    return site;
  } catch (const std::exception& error) {
    throw std::runtime_error(file.string() + ": " + error.what());
  }
}

}  // namespace cutover::harness
