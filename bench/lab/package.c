// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "lab/package.h"

#define IMAGE	"linux-image-"
#define HEADERS "linux-headers-"
#define KBUILD	"linux-kbuild-"
#define COMMON	"-common"

/* What apt's lists say of a package; NULL if they do not know it. */
static char *show(const char *name, struct dmafp_err *err)
{
	const char *const argv[] = { "apt-cache", "-q=2", "--no-all-versions", "show", "--",
				     name, NULL };
	char *text = dmafp_proc_output(argv, err);

	if (text && *text)
		return text;
	free(text);
	dmafp_err_set(err, ENOENT, DMAFP_EXIT_MISSING,
		      "apt knows no package %s: see `apt-cache search linux-image`, and as root run apt-get update if its lists are old or missing",
		      name);
	return NULL;
}

/* The value of "FIELD: VALUE\n", malloc()ed, or NULL. */
static char *field(const char *stanza, const char *name)
{
	char *wanted = dmafp_path("\n%s: ", name);
	const char *at = strstr(stanza, wanted);
	char *value = NULL;

	if (at) {
		at += strlen(wanted);
		value = dmafp_path("%.*s", (int)strcspn(at, "\n"), at);
	}
	free(wanted);
	return value;
}

static bool ends_with(const char *name, const char *suffix)
{
	size_t len = strlen(name), tail = strlen(suffix);

	return len >= tail && !strcmp(name + len - tail, suffix);
}

/* The first dependency called PREFIX...SUFFIX, malloc()ed, or NULL. */
static char *dependency(const char *stanza, const char *prefix, const char *suffix)
{
	char *all = field(stanza, "Depends"), *rest = all, *one, *found = NULL;

	while (!found && (one = strsep(&rest, ",|"))) {
		one += strspn(one, " ");
		one[strcspn(one, " (:")] = '\0';
		if (!strncmp(one, prefix, strlen(prefix)) && ends_with(one, suffix))
			found = dmafp_alloc_string(one);
	}
	free(all);
	return found;
}

static int incomplete(const char *name, const char *what, struct dmafp_err *err)
{
	return dmafp_err_set(err, ENOENT, DMAFP_EXIT_MISSING,
			     "package %s does not say which %s belongs to it: is it a Debian kernel?",
			     name, what);
}

/* From linux-image-amd64 to linux-image-6.1.0-56-amd64. */
static int find_image(struct dmafp_package *package, const char *name, struct dmafp_err *err)
{
	char *stanza = show(name, err), *image, *dash;

	if (!stanza)
		return -ENOENT;
	image = dependency(stanza, IMAGE, "");
	free(stanza);
	package->parts[0] = image ? image : dmafp_alloc_string(name);
	if (strncmp(package->parts[0], IMAGE, strlen(IMAGE)))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "%s is no kernel package: their names begin with " IMAGE,
				     name);
	snprintf(package->release, sizeof(package->release), "%s",
		 package->parts[0] + strlen(IMAGE));
	dash = strrchr(package->release, '-');
	if (dash && !strcmp(dash, "-unsigned"))
		*dash = '\0';
	return 0;
}

static int find_headers(struct dmafp_package *package, struct dmafp_err *err)
{
	char *stanza;

	package->parts[1] = dmafp_path(HEADERS "%s", package->release);
	stanza = show(package->parts[1], err);
	if (!stanza)
		return -ENOENT;
	package->parts[2] = dependency(stanza, HEADERS, COMMON);
	package->parts[3] = dependency(stanza, KBUILD, "");
	free(stanza);
	if (!package->parts[2])
		return incomplete(package->parts[1], HEADERS "*" COMMON, err);
	return package->parts[3] ? 0 : incomplete(package->parts[1], KBUILD "*", err);
}

static int identify(struct dmafp_package *package, struct dmafp_err *err)
{
	char *all = dmafp_alloc_string("");
	int ret = 0;

	for (size_t i = 0; !ret && i < DMAFP_PACKAGE_PARTS; i++) {
		char *stanza = show(package->parts[i], err), *more;
		char *sha256 = stanza ? field(stanza, "SHA256") : NULL;

		if (!stanza)
			ret = -ENOENT;
		else if (!sha256)
			ret = incomplete(package->parts[i], "SHA256 of a download", err);
		more = dmafp_path("%s%s %s\n", all, package->parts[i], sha256 ? sha256 : "");
		free(all);
		all = more;
		free(sha256);
		free(stanza);
	}
	dmafp_sha256(all, strlen(all), package->id);
	free(all);
	return ret;
}

int dmafp_package_find(struct dmafp_package *package, const char *name,
		       struct dmafp_err *err)
{
	int ret;

	memset(package, 0, sizeof(*package));
	ret = find_image(package, name, err) ?: find_headers(package, err) ?:
	      identify(package, err);
	if (ret)
		dmafp_package_end(package);
	return ret;
}

char *dmafp_package_image(const struct dmafp_package *package, const char *tree)
{
	return dmafp_path("%s/boot/vmlinuz-%s", tree, package->release);
}

char *dmafp_package_headers(const struct dmafp_package *package, const char *tree)
{
	return dmafp_path("%s/usr/src/" HEADERS "%s", tree, package->release);
}

static int download(const struct dmafp_package *package, const char *to, const char *log,
		    const struct dmafp_proc_tick *tick, struct dmafp_err *err)
{
	const char *argv[3 + DMAFP_PACKAGE_PARTS + 1] = { "apt-get", "-q=2", "download" };
	int ret;

	memcpy(argv + 3, package->parts, sizeof(package->parts));
	ret = dmafp_proc_run(argv, to, log, tick, err);
	if (ret > 0)
		return dmafp_err_set(err, EIO, DMAFP_EXIT_MISSING,
				     "apt-get cannot download %s and its headers: is there a network, and are apt's lists new (apt-get update)? See %s",
				     package->parts[0], log);
	return ret;
}

/*
 * Of the image only what is booted: its modules are a hundred times as large.
 * The vmlinux beside the headers is there for the types of BTF, which would have
 * kbuild ask for pahole.
 */
static const char unpack_script[] =
	"set -e; cd \"$1\"\n"
	"dpkg-deb --fsys-tarfile \"$2\"_*.deb | tar -xf - ./boot\n"
	"rm -f \"$2\"_*.deb\n"
	"for deb in *.deb; do dpkg-deb -x \"$deb\" .; rm -f \"$deb\"; done\n"
	"[ -s \"$4\" ]\n"
	"sed -i \"s|^include /usr/src/|include $3/usr/src/|\" \"$5/Makefile\"\n"
	"rm -f \"$5/vmlinux\"\n";

int dmafp_package_unpack(const struct dmafp_package *package, const char *to,
			 const char *final, const char *log,
			 const struct dmafp_proc_tick *tick, struct dmafp_err *err)
{
	char *image = dmafp_package_image(package, to);
	char *headers = dmafp_package_headers(package, to);
	const char *const argv[] = { "sh", "-c", unpack_script, "sh", to, package->parts[0],
				     final, image, headers, NULL };
	int ret = download(package, to, log, tick, err);

	ret = ret ?: dmafp_proc_run(argv, NULL, log, tick, err);
	if (ret > 0)
		ret = dmafp_err_set(err, EIO, DMAFP_EXIT_IO,
				    "cannot unpack %s and its headers; see %s",
				    package->parts[0], log);
	free(headers);
	free(image);
	return ret;
}

void dmafp_package_end(struct dmafp_package *package)
{
	for (size_t i = 0; i < DMAFP_PACKAGE_PARTS; i++)
		free(package->parts[i]);
	memset(package, 0, sizeof(*package));
}
