/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices taken from their drivers for measuring, and given back.
 *
 * What a device was is on the disk before anything is changed, so that it can be
 * given back whatever became of who took it.
 */
#ifndef DMAFP_TAKE_TAKE_H
#define DMAFP_TAKE_TAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define DMAFP_TAKE_STATE "/var/lib/dmafp/devices"

/**
 * struct dmafp_take_outcome - what was done with a device
 * @pci: its address
 * @what: "prepared"; "released"; "forgotten": the machine was booted since, and the
 *	kernel knows nothing of it any more; "gone": there is no such device any more;
 *	"left": somebody else has taken it since
 * @driver: that it had before it was prepared, "" if none
 * @driver_override: likewise
 * @now: driver that is bound now, "" if none
 */
struct dmafp_take_outcome {
	const char *pci, *what, *driver, *driver_override, *now;
};

/**
 * struct dmafp_take_options - how devices are taken
 * @root: in front of /proc, /sys, /dev and the default of @state; "": this machine
 * @state: folder of the journal; NULL: DMAFP_TAKE_STATE
 * @use_anyway: take interfaces that are up and have an address, too, but never what
 *	this machine is reached by, and never a disk in use
 * @with: addresses of all devices that are taken together, NULL behind the last: of
 *	an IOMMU group one is not in the other's way; NULL: none
 * @note: something the user should know that is no failure; may be NULL
 * @done: called for each device when it is done; may be NULL
 * @ctx: handed to both
 */
struct dmafp_take_options {
	const char *root;
	const char *state;
	bool use_anyway;
	const char *const *with;
	void (*note)(void *ctx, const char *text);
	void (*done)(void *ctx, const struct dmafp_take_outcome *outcome);
	void *ctx;
};

/**
 * dmafp_take_check() - may a device be taken? Nothing is changed
 * @options: see above; no state is needed
 * @pci: its address, "0000:01:00.0" or "01:00.0"
 * @err: filled on failure: what holds it, and what to do about it
 *
 * Return: 0, -EBUSY where something holds it, or another negative errno.
 */
int dmafp_take_check(const struct dmafp_take_options *options, const char *pci,
		     struct dmafp_err *err);

/**
 * dmafp_take_prepare() - take a device from its driver
 * @options: see above
 * @pci: its address
 * @err: filled on failure
 *
 * Its driver_override is the module's driver then, so that no other takes it; that
 * one is bound if it is there.  A device that is prepared already is so once more.
 *
 * Return: 0, or a negative errno with the device as it was.
 */
int dmafp_take_prepare(const struct dmafp_take_options *options, const char *pci,
		       struct dmafp_err *err);

/**
 * dmafp_take_release() - give devices back: their driver_override and driver of before
 * @options: see above
 * @pci: one; NULL: all that are prepared, last first
 * @err: filled on failure
 *
 * Finishes what a crash in dmafp_take_prepare() or in here has left.  A device that
 * is not prepared is noted, and is no failure.  One that cannot be given back does
 * not keep the others, and stays prepared.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_take_release(const struct dmafp_take_options *options, const char *pci,
		       struct dmafp_err *err);

/**
 * dmafp_take_hold() - after a run: no driver but the module's may take what is prepared
 * @options: see above
 * @err: filled on failure
 *
 * A run leaves a device without driver and driver_override.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_take_hold(const struct dmafp_take_options *options, struct dmafp_err *err);

#endif /* DMAFP_TAKE_TAKE_H */
