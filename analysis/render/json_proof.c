// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/agreement.h"
#include "analysis/render/json_proof.h"

static json_t *arm_json(const struct dmafp_agreement *a, enum dmafp_arm_id arm)
{
	static const char *const words[] = {
		[DMAFP_AGREES] = "agrees",
		[DMAFP_DISAGREES] = "disagrees",
		[DMAFP_NOT_COMPARABLE] = "not_comparable",
	};
	json_t *json = json_object();

	json_object_set_new(json, "arm", json_string(dmafp_arm_name(arm)));
	json_object_set_new(json, "instructions",
			    json_integer((json_int_t)a->walk->counts.instructions));
	json_object_set_new(json, "complete", json_boolean(a->walk->complete));
	if (arm == DMAFP_ARM_BASE)
		return json;
	json_object_set_new(json, "difference",
			    a->is_known ? json_integer(a->by_image) : json_null());
	json_object_set_new(json, "rows", json_integer((json_int_t)a->nr_rows));
	json_object_set_new(json, "least_measured",
			    a->nr_rows ? json_integer(a->low) : json_null());
	json_object_set_new(json, "greatest_measured",
			    a->nr_rows ? json_integer(a->high) : json_null());
	json_object_set_new(json, "says", json_string(words[a->word]));
	json_object_set_new(json, "why", a->why ? json_string(a->why) : json_null());
	return json;
}

json_t *dmafp_json_proof(const struct dmafp_comparison *c)
{
	struct dmafp_proof proof;
	json_t *arms = json_array();
	unsigned int arm;

	dmafp_proof_find(&proof, c);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (proof.arms[arm].walk)
			json_array_append_new(arms, arm_json(&proof.arms[arm], arm));
	if (!proof.walks) {
		json_decref(arms);
		arms = json_null();
	}
	dmafp_proof_free(&proof);
	return arms;
}
