/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An end to a system call that blocks: a signal for this thread after a while.
 * Nothing runs meanwhile, so that it costs nothing that is measured.
 */
#ifndef DMAFP_TRAFFIC_ALARM_H
#define DMAFP_TRAFFIC_ALARM_H

#include <signal.h>
#include <stdbool.h>
#include <time.h>

#include "base/err.h"

/** struct dmafp_alarm - one that is set; there is but one at a time */
struct dmafp_alarm {
	timer_t timer;
	struct sigaction before;
};

/**
 * dmafp_alarm_set() - let what this thread then does be interrupted
 * @ms: in so many milliseconds, from 1
 *
 * It is SIGALRM, every 100 ms from then on: one that came before the call would
 * be lost.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_alarm_set(struct dmafp_alarm *alarm, unsigned int ms, struct dmafp_err *err);

/**
 * dmafp_alarm_cancel() - not any more
 *
 * Return: true if it rang.
 */
bool dmafp_alarm_cancel(struct dmafp_alarm *alarm);

#endif /* DMAFP_TRAFFIC_ALARM_H */
