// SPDX-License-Identifier: Apache-2.0
// Which schemas an account may write.
#include "mod_cutover/cutoverd/databases/checks/accounts/reach.h"

namespace cutover {
namespace {

using Names = std::set<std::string>;

std::size_t first_wildcard(const std::string& pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '%' || pattern[i] == '_') return i;
    if (pattern[i] == '\\') ++i;
  }
  return std::string::npos;
}

// Tells `found` each schema that a right on `object` is for, until it has had enough.
bool each_schema(const Object& object, const Names& schemas, auto found) {
  if (object.schema.empty()) {
    for (const std::string& schema : schemas)
      if (!found(schema)) return false;
    return true;
  }
  // A pattern almost always means one schema: that is looked up, and only others are compared.
  const std::string one = object.name.empty() ? literal(object.schema) : object.schema;
  if (schemas.contains(one) && !found(one)) return false;
  const std::size_t wildcard = first_wildcard(object.schema);
  if (!object.name.empty() || wildcard == std::string::npos) return true;
  const std::string prefix = literal(object.schema.substr(0, wildcard));
  for (auto at = schemas.lower_bound(prefix); at != schemas.end() && at->starts_with(prefix); ++at)
    if (*at != one && schema_matches(object.schema, *at) && !found(*at)) return false;
  return true;
}

void each_write(const Rights& rights, const std::vector<AccountName>& sources, auto found) {
  for (const AccountName& source : sources) {
    const Account* account = rights.find(source);
    if (account == nullptr) continue;
    for (const auto& [object, has] : account->on)
      if (has.any_of(kWrites) && !found(object)) return;
  }
}

}  // namespace

Names written(const Rights& rights, const std::vector<AccountName>& sources, const Names& schemas) {
  Names all;
  each_write(rights, sources, [&](const Object& object) {
    return each_schema(object, schemas, [&](const std::string& schema) {
      all.insert(schema);
      return true;
    });
  });
  return all;
}

bool writes_any(const Rights& rights, const std::vector<AccountName>& sources,
                const Names& schemas) {
  bool any = false;
  each_write(rights, sources, [&](const Object& object) {
    any = object.schema.empty() ||
          !each_schema(object, schemas, [](const std::string&) { return false; });
    return !any;
  });
  return any;
}

}  // namespace cutover
