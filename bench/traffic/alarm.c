// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <unistd.h>

#include "traffic/alarm.h"

#define AGAIN_NS 100000000

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static volatile sig_atomic_t rang;

static void ring(int sig)
{
	(void)sig;
	rang = 1;
}

int dmafp_alarm_set(struct dmafp_alarm *alarm, unsigned int ms, struct dmafp_err *err)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM };
	const struct itimerspec when = { .it_interval.tv_nsec = AGAIN_NS,
					 .it_value = { .tv_sec = ms / 1000,
						       .tv_nsec = ms % 1000 * 1000000L } };
	/* no SA_RESTART: the call is to return */
	const struct sigaction action = { .sa_handler = ring };

	rang = 0;
	event.sigev_notify_thread_id = gettid();
	if (timer_create(CLOCK_MONOTONIC, &event, &alarm->timer))
		return dmafp_err_errno(err, errno, "cannot make a timer");
	sigaction(SIGALRM, &action, &alarm->before);
	timer_settime(alarm->timer, 0, &when, NULL);
	return 0;
}

bool dmafp_alarm_cancel(struct dmafp_alarm *alarm)
{
	timer_delete(alarm->timer);
	sigaction(SIGALRM, &alarm->before, NULL);
	return rang;
}
