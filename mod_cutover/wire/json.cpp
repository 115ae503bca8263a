// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/wire/json.h"

namespace nlohmann::detail {

template class serializer<json>;
template class output_string_adapter<char, std::string>;
template class lexer<json, TextInput>;
template class json_sax_dom_parser<json>;
template class parser<json, TextInput>;
template bool parser<json, TextInput>::sax_parse_internal(json_sax_dom_parser<json>*);

}  // namespace nlohmann::detail

template std::string nlohmann::basic_json<>::dump(int, char, bool,
                                                  nlohmann::json::error_handler_t) const;
template nlohmann::basic_json<>::basic_json(nlohmann::json::initializer_list_t, bool,
                                            nlohmann::json::value_t);
template nlohmann::basic_json<>::basic_json(const nlohmann::json&);
template void nlohmann::basic_json<>::json_value::destroy(nlohmann::json::value_t);
template class std::vector<nlohmann::json>;
template class std::map<std::string, nlohmann::json, std::less<>>;
