// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/json_text.h"
#include "analysis/member_row.h"
#include "base/alloc.h"
#include "base/file.h"
#include "campaign/order.h"
#include "campaign/plan.h"

#define VERSION 1

static const char *const kinds[] = { "plain", "keyed", "kdump", NULL };

static const struct dmafp_member arm_members[] = {
	MEMBER("name", NAME, dmafp_campaign_arm, name),
	MEMBER("kernel", NAME, dmafp_campaign_arm, kernel),
	MEMBER("initrd", STRING, dmafp_campaign_arm, initrd),
	MEMBER("module", STRING, dmafp_campaign_arm, module),
	MEMBER("append", STRING, dmafp_campaign_arm, append),
	MEMBER("patch", STRING, dmafp_campaign_arm, patch),
	MEMBER("patch_sha256", STRING, dmafp_campaign_arm, patch_sha256),
	{ 0 }
};

static const struct dmafp_member turn_members[] = {
	MEMBER("name", NAME, dmafp_campaign_turn, name),
	MEMBER("arm", U32, dmafp_campaign_turn, arm),
	CHOICE("kind", kinds, dmafp_campaign_turn, kind),
	MEMBER("boot", U32, dmafp_campaign_turn, boot),
	{ 0 }
};

static const struct dmafp_member members[] = {
	MEMBER("id", NAME, dmafp_campaign, id),
	MEMBER("seed", U64, dmafp_campaign, seed),
	MEMBER("boots", U32, dmafp_campaign, boots),
	MEMBER("failures", U32, dmafp_campaign, failures),
	MEMBER("plain", BOOL, dmafp_campaign, plain),
	MEMBER("keyed", BOOL, dmafp_campaign, keyed),
	MEMBER("kdump", BOOL, dmafp_campaign, kdump),
	MEMBER("fixed", BOOL, dmafp_campaign, fixed),
	MEMBER("tune", BOOL, dmafp_campaign, tune),
	MEMBER("reboot", NAME, dmafp_campaign, reboot),
	MEMBER("command", STRING, dmafp_campaign, command),
	MEMBER("cmdline", NAME, dmafp_campaign, cmdline),
	MEMBER("crashkernel", NAME, dmafp_campaign, crashkernel),
	MEMBER("boot_limit", U32, dmafp_campaign, boot_limit),
	MEMBER("run_limit", U32, dmafp_campaign, run_limit),
	MEMBER("disk", STRING, dmafp_campaign, disk),
	MEMBER("destroy", BOOL, dmafp_campaign, destroy),
	ARRAY("devices", NAMES, NULL, dmafp_campaign, devices, nr_devices),
	ARRAY("arms", ARRAY, arm_members, dmafp_campaign, arms, nr_arms),
	ARRAY("turns", ARRAY, turn_members, dmafp_campaign, turns, nr_turns),
	{ 0 }
};

const char *dmafp_boot_kind_name(enum dmafp_boot_kind kind)
{
	return kinds[kind];
}

/* One boot serves plain and kdump: it is ordinary until it crashes. */
size_t dmafp_campaign_kinds(const struct dmafp_campaign *campaign)
{
	return (campaign->plain || campaign->kdump) + campaign->keyed;
}

static enum dmafp_boot_kind kind_of(const struct dmafp_campaign *campaign, size_t which)
{
	if (campaign->keyed && which == dmafp_campaign_kinds(campaign) - 1)
		return DMAFP_BOOT_KEYED;
	return campaign->kdump ? DMAFP_BOOT_KDUMP : DMAFP_BOOT_PLAIN;
}

void dmafp_campaign_order(struct dmafp_campaign *campaign)
{
	size_t nr_kinds = dmafp_campaign_kinds(campaign), nr = campaign->nr_arms * nr_kinds;
	size_t *order = dmafp_alloc(nr * campaign->boots, sizeof(*order));

	dmafp_order_make(order, nr, campaign->boots, campaign->seed);
	campaign->nr_turns = nr * campaign->boots;
	campaign->turns = dmafp_alloc(campaign->nr_turns, sizeof(*campaign->turns));
	for (size_t i = 0; i < campaign->nr_turns; i++) {
		struct dmafp_campaign_turn *turn = &campaign->turns[i];

		turn->arm = order[i] / nr_kinds;
		turn->kind = kind_of(campaign, order[i] % nr_kinds);
		turn->boot = i / nr + 1;
		turn->name = dmafp_path("%03zu-%s-%s-%u", i + 1,
					campaign->arms[turn->arm].name, kinds[turn->kind],
					turn->boot);
	}
	free(order);
}

int dmafp_campaign_write(const struct dmafp_campaign *campaign, struct dmafp_err *err)
{
	json_t *object = json_pack("{s:i}", "campaign", VERSION);
	char *path = dmafp_campaign_path(campaign, "campaign.json");
	char *text;
	int ret;

	dmafp_members_write(members, campaign, object);
	text = dmafp_json_text(object, 2);
	ret = dmafp_file_write(path, text, strlen(text), err);
	free(text);
	free(path);
	json_decref(object);
	return ret;
}

static int check(const struct dmafp_campaign *campaign, const char *path,
		 struct dmafp_err *err)
{
	for (size_t i = 0; i < campaign->nr_turns; i++)
		if (campaign->turns[i].arm >= campaign->nr_arms)
			return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
					     "%s: turns[%zu] names no arm", path, i);
	if (campaign->nr_turns && campaign->nr_devices)
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
			     "%s has no turns or no devices", path);
}

static int parse(struct dmafp_campaign *campaign, const char *path, const char *text,
		 struct dmafp_err *err)
{
	json_error_t where;
	json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &where);
	int ret;

	if (!object)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA, "%s:%d: %s", path,
				     where.line, where.text);
	if (json_integer_value(json_object_get(object, "campaign")) != VERSION)
		ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
				    "%s is no campaign of version %d", path, VERSION);
	else
		ret = dmafp_members_read(members, object, campaign, NULL, err)
			      ?: check(campaign, path, err);
	json_decref(object);
	return ret;
}

int dmafp_campaign_read(struct dmafp_campaign *campaign, const char *dir,
			struct dmafp_err *err)
{
	char *path, *text;
	int ret;

	memset(campaign, 0, sizeof(*campaign));
	campaign->dir = dmafp_path("%s", dir);
	path = dmafp_campaign_path(campaign, "campaign.json");
	if (!dmafp_file_exists(path)) {
		ret = dmafp_err_set(
			err, ENOENT, DMAFP_EXIT_NO_INPUT,
			"there is no campaign in %s: dmafp campaign start begins one", dir);
	} else {
		text = dmafp_file_read(path, NULL, err);
		ret = text ? parse(campaign, path, text, err) : -EIO;
		free(text);
	}
	free(path);
	return ret;
}

void dmafp_campaign_free(struct dmafp_campaign *campaign)
{
	dmafp_members_free(members, campaign);
	free(campaign->dir);
	memset(campaign, 0, sizeof(*campaign));
}

char *dmafp_campaign_path(const struct dmafp_campaign *campaign, const char *fmt, ...)
{
	char *name, *path;
	va_list ap;

	va_start(ap, fmt);
	name = dmafp_alloc_vprintf(fmt, ap);
	va_end(ap);
	path = dmafp_path("%s/%s", campaign->dir, name);
	free(name);
	return path;
}
