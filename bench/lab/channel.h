/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's result channel: a byte stream of its own, not the console.
 *
 * Lines "#dmafp WORD ...":
 *	hello MODE		PID 1 is up
 *	progress DONE TOTAL WHAT
 *	note TEXT
 *	result LENGTH SHA256 NAME	followed by LENGTH bytes and a newline
 *	file LENGTH SHA256 NAME		the same; kept with the results, and is none
 *	fail EXIT TEXT		it failed; TEXT has \n for newlines
 *	crash			the next thing is the crash into the capture kernel
 *	success MODE		the last word
 *
 * The guest writes it through an emulated debug port, byte by byte, with no
 * driver, no interrupt and no DMA: it works the same in the capture kernel and
 * disturbs nothing that is measured.
 */
#ifndef DMAFP_LAB_CHANNEL_H
#define DMAFP_LAB_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/file.h"

#define DMAFP_CHANNEL_PORT	0xe9	/* reads back as itself */
#define DMAFP_CHANNEL_WORD	"#dmafp "

/**
 * struct dmafp_channel - the host's end: reads the file that QEMU writes
 * @path: the file
 * @dir: where results are put
 * @offset: bytes understood so far
 * @mode: mode of the kernel that runs now, "" before the first hello
 * @step: what it does now
 * @done: steps done in this mode
 * @total: steps of this mode
 * @crashed: the guest said that it crashes now
 * @succeeded: modes that ended with success
 * @nr_succeeded: how many
 * @results: result files received
 * @fail: what the guest said that failed; exit is 0 if nothing did
 * @note: may be NULL; takes what the guest says that is no failure
 * @ctx: handed to @note
 */
struct dmafp_channel {
	const char *path;
	const char *dir;
	size_t offset;
	char mode[16];
	char step[96];
	unsigned int done, total;
	bool crashed;
	char succeeded[4][16];
	size_t nr_succeeded;
	unsigned int results;
	struct dmafp_err fail;
	void (*note)(void *ctx, const char *text);
	void *ctx;
};

/**
 * dmafp_channel_poll() - take in what has arrived
 * @channel: its state
 * @err: filled on failure: a damaged stream (DMAFP_EXIT_GUEST), or a result
 *	that cannot be written (DMAFP_EXIT_IO)
 *
 * Each result is written to @dir, atomically, as soon as it is whole.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_channel_poll(struct dmafp_channel *channel, struct dmafp_err *err);

/** dmafp_channel_has_succeeded() - was "success MODE" received? */
bool dmafp_channel_has_succeeded(const struct dmafp_channel *channel, const char *mode);

#endif /* DMAFP_LAB_CHANNEL_H */
