// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs a command several times and says how long it took and what memory it
 * had: medians of wall and CPU time, greatest resident set.
 *
 *	time-run TIMES COMMAND...
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct run {
	double wall, cpu;
	long kib;
};

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void become(char **argv)
{
	int null = open("/dev/null", O_WRONLY);

	dup2(null, STDOUT_FILENO);
	execv(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

/* 0 to 3 are verdicts */
static int run_once(char **argv, struct run *run)
{
	double begin = now();
	struct rusage usage;
	pid_t pid = fork();
	int status;

	if (!pid)
		become(argv);
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		return -1;
	run->wall = now() - begin;
	run->cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
	run->kib = usage.ru_maxrss;
	return WIFEXITED(status) && WEXITSTATUS(status) <= 3 ? 0 : -1;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	int times = argc > 2 ? atoi(argv[1]) : 0, i;
	double *wall = calloc((size_t)times + 1, sizeof(*wall));
	double *cpu = calloc((size_t)times + 1, sizeof(*cpu));
	struct run run = { 0 };
	long kib = 0;

	if (times < 1 || !wall || !cpu) {
		fprintf(stderr, "usage: time-run TIMES COMMAND...\n");
		return 64;
	}
	for (i = 0; i < times; i++) {
		if (run_once(argv + 2, &run)) {
			fprintf(stderr, "time-run: %s failed\n", argv[2]);
			return 1;
		}
		wall[i] = run.wall;
		cpu[i] = run.cpu;
		kib = run.kib > kib ? run.kib : kib;
	}
	qsort(wall, (size_t)times, sizeof(*wall), by_value);
	qsort(cpu, (size_t)times, sizeof(*cpu), by_value);
	printf("median of %d: %.1f ms, %.1f ms of them CPU (least %.1f); at most %.1f MiB\n",
	       times, wall[times / 2] * 1e3, cpu[times / 2] * 1e3, cpu[0] * 1e3,
	       (double)kib / 1024);
	free(wall);
	free(cpu);
	return 0;
}
