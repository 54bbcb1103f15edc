/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine made quiet for a while, and put back whatever happens: before a file
 * is changed its old content is on the disk, in a journal that outlives the process.
 * What the journal says of another boot is done with: the kernel forgot it.
 */
#ifndef DMAFP_TUNE_TUNE_H
#define DMAFP_TUNE_TUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/journal.h"

#define DMAFP_TUNE_STATE "/var/lib/dmafp/tune"

/**
 * struct dmafp_tune_options - where, and for which CPUs
 * @root: put in front of /sys, /proc and /dev; NULL or "" for this machine's own
 * @state: folder of the journal, made if need be; NULL: DMAFP_TUNE_STATE; not below @root
 * @cpus: the measuring CPUs, until dmafp_tune_begin() is back; none: all that are online
 * @nr_cpus: how many
 * @lasting: it stays when the process ends, until dmafp_tune_restore(); else the process
 *	also holds /dev/cpu_dma_latency open, and whoever finds the journal without it
 *	puts everything back
 * @note: takes what could not be done and what was put back, a line each; may be NULL
 * @ctx: handed to @note
 */
struct dmafp_tune_options {
	const char *root;
	const char *state;
	const uint32_t *cpus;
	size_t nr_cpus;
	bool lasting;
	void (*note)(void *ctx, const char *text);
	void *ctx;
};

/**
 * struct dmafp_tune - a machine that is tuned
 * @options: as given
 * @journal: open, and locked against others
 * @latency: /dev/cpu_dma_latency, -1: not held
 * @changed: files that were changed
 */
struct dmafp_tune {
	struct dmafp_tune_options options;
	struct dmafp_journal journal;
	int latency;
	size_t changed;
};

/**
 * dmafp_tune_begin() - turn all knobs, see knob.h
 * @tune: filled; end with dmafp_tune_end() or dmafp_tune_leave()
 * @options: see above; what else it points to stays until then
 * @err: filled on failure
 *
 * What an earlier process left is put back first.  A file that cannot be changed is
 * a note, and no failure; without a journal nothing is changed.
 *
 * Return: 0, or a negative errno with everything as it was: -EBUSY while another
 * process has it tuned.
 */
int dmafp_tune_begin(struct dmafp_tune *tune, const struct dmafp_tune_options *options,
		     struct dmafp_err *err);

/**
 * dmafp_tune_end() - put everything back
 *
 * Return: 0, or a negative errno: a file could not be put back; the journal still
 * says how it was.
 */
int dmafp_tune_end(struct dmafp_tune *tune, struct dmafp_err *err);

/** dmafp_tune_leave() - let go of the journal; the machine stays as it is */
void dmafp_tune_leave(struct dmafp_tune *tune);

/**
 * dmafp_tune_restore() - put back what the journal says, in the reverse order
 * @options: @root, @state, @note and @ctx; with @lasting nothing is done where the user
 *	tuned it to last, else that, too, is put back
 * @err: filled on failure
 *
 * May be called at any time and as often as one likes: after a crash at any step, after
 * a restore that did not get to its end, and where there is nothing to put back, which
 * says nothing.
 *
 * Return: 0, or a negative errno as of dmafp_tune_end().
 */
int dmafp_tune_restore(const struct dmafp_tune_options *options, struct dmafp_err *err);

#endif /* DMAFP_TUNE_TUNE_H */
