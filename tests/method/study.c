// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>
#undef sign /* Rmath renames what others call so */

#include "looks.h"
#include "row.h"
#include "rows.h"

#define BLOCK 100 /* campaigns of one seed */
#define MAX_JOBS 64

static void run_campaign(const struct study *study, const struct cell *cell, uint64_t number,
			 uint64_t *counts, gsl_rng *rng)
{
	if (cell->looks && cell->rows > 1)
		looks_rows_count(cell, counts, rng);
	else if (cell->looks)
		looks_count(cell, number % 2 ? -1 : 1, counts, rng);
	else if (cell->rows > 1)
		rows_count(study->effect, cell, counts, rng);
	else
		row_count(study->effect, cell, number % 2 ? -1 : 1, counts, rng);
}

static void run_job(const struct study *study, const struct cell *cells, size_t nr,
		    unsigned int job, uint64_t (*counts)[NR_COUNTS])
{
	uint64_t blocks = (study->campaigns + BLOCK - 1) / BLOCK;
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (size_t i = 0; i < nr; i++) {
		for (uint64_t block = job; block < blocks; block += study->jobs) {
			uint64_t first = block * BLOCK, end = first + BLOCK;

			gsl_rng_set(rng, (study->seed * 2654435761ul) ^ (i << 20 | block));
			for (; first < end && first < study->campaigns; first++)
				run_campaign(study, &cells[i], first, counts[i], rng);
		}
		if (study->progress && job == 0)
			fprintf(stderr, "\r%zu of %zu", i + 1, nr);
	}
	if (study->progress && job == 0)
		fprintf(stderr, "\r\033[K");
	gsl_rng_free(rng);
}

static int wait_all(const pid_t *pids, unsigned int nr)
{
	int ret = 0, status;

	for (unsigned int i = 0; i < nr; i++)
		if (waitpid(pids[i], &status, 0) != pids[i] || !WIFEXITED(status) ||
		    WEXITSTATUS(status))
			ret = -ECHILD;
	return ret;
}

int study_run(const struct study *study, struct cell *cells, size_t nr)
{
	size_t size = study->jobs * nr * sizeof(uint64_t[NR_COUNTS]);
	unsigned int started = 0;
	uint64_t (*counts)[NR_COUNTS];
	pid_t pids[MAX_JOBS];
	int ret = 0;

	if (study->jobs < 1 || study->jobs > MAX_JOBS)
		return -EINVAL;
	counts = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (counts == MAP_FAILED)
		return -errno;
	for (; started < study->jobs; started++) {
		pids[started] = fork();
		if (pids[started] < 0) {
			ret = -errno;
			break;
		}
		if (!pids[started]) {
			run_job(study, cells, nr, started, counts + started * nr);
			_exit(0);
		}
	}
	ret = wait_all(pids, started) ?: ret;
	for (size_t i = 0; i < nr; i++) {
		cells[i].campaigns = study->campaigns;
		for (size_t count = 0; count < NR_COUNTS; count++) {
			cells[i].counts[count] = 0;
			for (unsigned int job = 0; job < study->jobs; job++)
				cells[i].counts[count] += counts[job * nr + i][count];
		}
	}
	munmap(counts, size);
	return ret;
}

struct rate rate_of(uint64_t count, uint64_t all)
{
	return (struct rate){
		.rate = (double)count / all,
		.low = count ? qbeta(0.025, count, all - count + 1, 1, 0) : 0,
		.high = count < all ? qbeta(0.975, count + 1, all - count, 1, 0) : 1,
	};
}
