/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time that only goes on: nobody sets it. */
#ifndef DMAFP_BASE_CLOCK_H
#define DMAFP_BASE_CLOCK_H

/** dmafp_clock_now() - seconds of CLOCK_MONOTONIC, to be subtracted from one another */
double dmafp_clock_now(void);

#endif /* DMAFP_BASE_CLOCK_H */
