# SPDX-License-Identifier: Apache-2.0
# What the models need of the code: its tables, in Promela.
$(BUILD)/model_tables: $(call objects,tests/model) $(CORE)
	@echo "  LINK  $@"
	@$(LINK) -o $@ $^
