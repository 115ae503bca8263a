// SPDX-License-Identifier: Apache-2.0
// JSON. What is most of it as code (its text read and written, a value made of a list, copied and
// destroyed) is made once, in json.cpp: made in each source that uses it, it took the compiler
// longer than the source itself.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace nlohmann::detail {

using TextInput = iterator_input_adapter<std::string::const_iterator>;

extern template class serializer<json>;
extern template class output_string_adapter<char, std::string>;
extern template class lexer<json, TextInput>;
extern template class json_sax_dom_parser<json>;
extern template class parser<json, TextInput>;
extern template bool parser<json, TextInput>::sax_parse_internal(json_sax_dom_parser<json>*);

}  // namespace nlohmann::detail

extern template std::string nlohmann::basic_json<>::dump(int, char, bool,
                                                         nlohmann::json::error_handler_t) const;
extern template nlohmann::basic_json<>::basic_json(nlohmann::json::initializer_list_t, bool,
                                                   nlohmann::json::value_t);
extern template nlohmann::basic_json<>::basic_json(const nlohmann::json&);
extern template void nlohmann::basic_json<>::json_value::destroy(nlohmann::json::value_t);
extern template class std::vector<nlohmann::json>;
extern template class std::map<std::string, nlohmann::json, std::less<>>;
