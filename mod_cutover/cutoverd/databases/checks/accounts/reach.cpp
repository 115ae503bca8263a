// SPDX-License-Identifier: Apache-2.0
// Which schemas an account may write.
#include "mod_cutover/cutoverd/databases/checks/accounts/reach.h"

namespace cutover {
namespace {

std::size_t first_wildcard(const std::string& pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '%' || pattern[i] == '_') return i;
    if (pattern[i] == '\\') ++i;
  }
  return std::string::npos;
}

void add_schemas(std::set<std::string>& found, const Object& object,
                 const std::set<std::string>& schemas) {
  // A pattern almost always means one schema: that is looked up, and only others are compared.
  const std::string one = object.name.empty() ? literal(object.schema) : object.schema;
  if (schemas.contains(one)) found.insert(one);
  const std::size_t wildcard = first_wildcard(object.schema);
  if (!object.name.empty() || wildcard == std::string::npos) return;
  const std::string prefix = literal(object.schema.substr(0, wildcard));
  for (auto at = schemas.lower_bound(prefix); at != schemas.end() && at->starts_with(prefix); ++at)
    if (schema_matches(object.schema, *at)) found.insert(*at);
}

}  // namespace

Writes writes_of(const Rights& rights, const std::vector<AccountName>& sources,
                 const std::set<std::string>& schemas) {
  Writes all;
  for (const AccountName& source : sources) {
    const Account* account = rights.find(source);
    if (account == nullptr) continue;
    for (const auto& [object, has] : account->on) {
      if (!has.any_of(kWrites)) continue;
      if (object.schema.empty())
        all.everything = true;
      else
        add_schemas(all.schemas, object, schemas);
    }
  }
  return all;
}

}  // namespace cutover
