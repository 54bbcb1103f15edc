// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "use/block.h"
#include "use/block_use.h"
#include "use/claims.h"

static int not_root(const char *node, int code, struct dmafp_err *err)
{
	return dmafp_err_set(err, code, DMAFP_EXIT_PERMISSION,
			     "cannot open %s to see whether somebody has it: run as root",
			     node);
}

/* What sysfs does not show: a mount in another namespace, a file system's log. */
static int claim(const char *root, const char *node, struct dmafp_claims *claims,
		 struct dmafp_claimed_by *by, struct dmafp_err *err)
{
	char *path = dmafp_path("%s%s", root, node);
	int fd = open(path, O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC), ret = 0;

	if (fd >= 0) {
		claims->fds =
			dmafp_alloc_grow(claims->fds, claims->nr, sizeof(*claims->fds));
		claims->fds[claims->nr++] = fd;
	} else if (errno == EBUSY) {
		snprintf(by->what, sizeof(by->what),
			 "%s is opened exclusively by somebody", node);
		snprintf(by->advice, sizeof(by->advice),
			 "see: fuser -v %s, and mounts in other namespaces (lsns -t mnt)",
			 node);
	} else if (errno == EACCES || errno == EPERM) {
		ret = not_root(node, errno, err);
	}
	free(path);
	return ret;
}

static int claim_unused(const struct dmafp_claims_where *where, const char *name,
			struct dmafp_claims *claims, struct dmafp_claimed_by *by,
			struct dmafp_err *err)
{
	char node[DMAFP_BLOCK_NODE], use[1024];
	int ret;

	dmafp_block_node(name, node);
	ret = dmafp_block_use_find(where->sysfs, where->procfs, name, node, use,
				   sizeof(use), err);
	if (ret)
		return ret;
	if (!*use)
		return claim(where->root, node, claims, by, err);
	snprintf(by->what, sizeof(by->what), "%s is %s", node, use);
	snprintf(by->advice, sizeof(by->advice),
		 "if nobody needs it, free it first: umount, swapoff, vgchange -an, "
		 "cryptsetup close, mdadm --stop");
	return 0;
}

int dmafp_claims_take(const struct dmafp_claims_where *where, struct dmafp_claims *claims,
		      struct dmafp_claimed_by *by, struct dmafp_err *err)
{
	struct dmafp_names names = { 0 };
	int ret = 0;

	*claims = (struct dmafp_claims) { 0 };
	*by->what = *by->advice = '\0';
	dmafp_block_list(where->sysfs, where->pci, &names);
	for (size_t i = 0; i < names.nr && !ret && !*by->what; i++)
		ret = claim_unused(where, names.items[i], claims, by, err);
	dmafp_names_free(&names);
	return ret;
}

void dmafp_claims_release(struct dmafp_claims *claims)
{
	while (claims->nr)
		close(claims->fds[--claims->nr]);
	free(claims->fds);
	claims->fds = NULL;
}
