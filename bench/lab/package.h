/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel as the distribution ships it: Debian's image package, and the
 * headers packages that a module is built against.
 *
 * Nothing is installed and no root is needed: apt's lists say which packages
 * belong together, apt-get downloads them, dpkg-deb unpacks them into the cache.
 */
#ifndef DMAFP_LAB_PACKAGE_H
#define DMAFP_LAB_PACKAGE_H

#include "base/file.h"
#include "base/proc.h"

/** The image, the headers, what they have in common with others, and kbuild */
#define DMAFP_PACKAGE_PARTS	4

/**
 * struct dmafp_package - one kernel and the packages it is made of
 * @release: what its uname -r says, such as "6.12.117+deb12-amd64"
 * @parts: names of the packages, the image first
 * @id: hash of the hashes that apt's lists give for them
 */
struct dmafp_package {
	char release[64];
	char *parts[DMAFP_PACKAGE_PARTS];
	char id[DMAFP_SHA256_HEX];
};

/**
 * dmafp_package_find() - look a kernel up in apt's lists
 * @package: filled; end with dmafp_package_end()
 * @name: an image package, or one that stands for the newest of its kind, such
 *	as linux-image-amd64
 * @err: filled on failure (DMAFP_EXIT_MISSING: apt does not know it)
 *
 * Return: 0, or a negative errno.
 */
int dmafp_package_find(struct dmafp_package *package, const char *name,
		       struct dmafp_err *err);

/**
 * dmafp_package_unpack() - download it and lay it out
 * @package: from dmafp_package_find()
 * @to: existing empty folder
 * @final: where that folder is going to be renamed to: the headers name paths
 * @log: file for the output of the programs used
 * @tick: see dmafp_proc_run()
 * @err: filled on failure
 *
 * Afterwards the kernel is dmafp_package_image() and modules are built against
 * dmafp_package_headers().
 *
 * Return: 0, or a negative errno.
 */
int dmafp_package_unpack(const struct dmafp_package *package, const char *to,
			 const char *final, const char *log,
			 const struct dmafp_proc_tick *tick, struct dmafp_err *err);

/** dmafp_package_image() - path of the kernel below @tree, malloc()ed */
char *dmafp_package_image(const struct dmafp_package *package, const char *tree);

/** dmafp_package_headers() - path of the build folder below @tree, malloc()ed */
char *dmafp_package_headers(const struct dmafp_package *package, const char *tree);

/** dmafp_package_end() - free what dmafp_package_find() filled */
void dmafp_package_end(struct dmafp_package *package);

#endif /* DMAFP_LAB_PACKAGE_H */
