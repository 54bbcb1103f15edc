/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What speaks against taking a device from its driver. */
#ifndef DMAFP_TAKE_REFUSAL_H
#define DMAFP_TAKE_REFUSAL_H

#include "base/err.h"
#include "run/device.h"
#include "take/take.h"
#include "use/claims.h"

/**
 * dmafp_refusal_find() - does anything?
 * @options: for @root, @use_anyway, @with and @note
 * @device: as sysfs shows it now
 * @claims: out; release it with dmafp_claims_release(), also after a failure
 * @err: filled on failure: what holds it, and what to do about it
 *
 * Return: 0 if nothing does, -EBUSY, or another negative errno where it cannot be
 * known.
 */
int dmafp_refusal_find(const struct dmafp_take_options *options,
		       const struct dmafp_pci_device *device, struct dmafp_claims *claims,
		       struct dmafp_err *err);

#endif /* DMAFP_TAKE_REFUSAL_H */
