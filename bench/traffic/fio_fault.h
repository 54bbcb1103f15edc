/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a run of fio failed, as told to the user. */
#ifndef DMAFP_TRAFFIC_FIO_FAULT_H
#define DMAFP_TRAFFIC_FIO_FAULT_H

#include "traffic/fio.h"
#include "traffic/fio_report.h"

/**
 * dmafp_fio_fault() - tell why, in fio's own words where it has some
 * @status: fio's exit status, 128 + signal if it was killed
 * @report: what it printed, NULL: nothing that can be read, which @err tells of
 * @err: filled
 *
 * Return: a negative errno.
 */
int dmafp_fio_fault(const struct dmafp_traffic *traffic,
		    const struct dmafp_fio_task *task, int status,
		    const struct dmafp_fio_report *report, struct dmafp_err *err);

#endif /* DMAFP_TRAFFIC_FIO_FAULT_H */
