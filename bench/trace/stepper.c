// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "guest/handover.h"
#include "trace/stepper.h"

#define MAX_SECTIONS 32
#define MAX_STAMPS   16
#define MAX_STEPS    1000000

static int read_code(void *ctx, uint64_t address, void *data, size_t len, struct dmafp_err *err)
{
	return dmafp_gdb_read(ctx, address, data, len, err);
}

int dmafp_stepper_start(struct dmafp_stepper *s, int fd, const char *vmlinux,
			struct dmafp_err *err)
{
	const struct dmafp_code code = { read_code, &s->gdb };
	const struct dmafp_function *handover;
	int ret = dmafp_functions_add(&s->functions, vmlinux, NULL, 0, err);

	if (ret)
		return ret;
	handover = dmafp_functions_find(&s->functions, DMAFP_HANDOVER_FUNCTION);
	if (!handover)
		return dmafp_err_set(err, ENOENT, DMAFP_EXIT_NO_INPUT,
				     "%s has no " DMAFP_HANDOVER_FUNCTION
				     ": is it an x86-64 kernel?",
				     vmlinux);
	s->handover = handover->address;
	s->inlined = dmafp_inlined_open(vmlinux);
	return dmafp_frames_open(&s->frames, &s->functions, s->inlined, &code, err)
		       ?: dmafp_gdb_open(&s->gdb, fd, err)
		       ?: dmafp_gdb_break(&s->gdb, s->handover, true, err)
		       ?: dmafp_gdb_continue(&s->gdb, err);
}

static size_t parse_sections(char *text, struct dmafp_section_place *places)
{
	char *line, *rest = text;
	size_t nr = 0;

	while (nr < MAX_SECTIONS && (line = strsep(&rest, "\n")))
		if (sscanf(line, "%63s %" SCNx64, places[nr].name, &places[nr].address) == 2)
			nr++;
	return nr;
}

static int read_word(struct dmafp_stepper *s, uint64_t address, uint64_t *value,
		     struct dmafp_err *err)
{
	return dmafp_gdb_read(&s->gdb, address, value, sizeof(*value), err);
}

/* The function that the op's timed loop is in */
static int find_loop(struct dmafp_stepper *s, const struct dmafp_function **loop,
		     struct dmafp_err *err)
{
	char *name = dmafp_path("dmafp_%s_run_stamped", s->op);
	int ret = 0;

	*loop = dmafp_functions_find(&s->functions, name);
	if (!*loop || !(*loop)->size)
		ret = dmafp_err_set(err, ENOENT, DMAFP_EXIT_GUEST,
				    "%s has no function %s where the guest loaded it", s->module,
				    name);
	free(name);
	return ret;
}

/* The guest says where its module is: from now on its loop can be waited for. */
static int take_over(struct dmafp_stepper *s, uint64_t regs, struct dmafp_err *err)
{
	struct dmafp_section_place places[MAX_SECTIONS];
	char text[DMAFP_HANDOVER_MAX + 1] = "";
	const struct dmafp_function *loop;
	uint64_t address = 0, len = 0;
	int ret;

	ret = read_word(s, regs + DMAFP_HANDOVER_RSI, &address, err)
		      ?: read_word(s, regs + DMAFP_HANDOVER_RDX, &len, err);
	if (!ret && len > DMAFP_HANDOVER_MAX)
		len = 0;
	ret = ret ?: dmafp_gdb_read(&s->gdb, address, text, len, err);
	ret = ret ?: dmafp_functions_add(&s->functions, s->module, places,
					 parse_sections(text, places), err);
	ret = ret ?: find_loop(s, &loop, err);
	ret = ret ?: dmafp_gdb_break(&s->gdb, s->handover, false, err);
	if (ret)
		return ret;
	s->run = loop->address;
	s->state = DMAFP_STEPPER_WARMS_UP;
	return dmafp_gdb_break(&s->gdb, s->run, true, err);
}

/* From a breakpoint, which holds the CPU until it is past it. */
static int go_on(struct dmafp_stepper *s, struct dmafp_err *err)
{
	uint64_t pc;

	return dmafp_gdb_step(&s->gdb, &pc, err) ?: dmafp_gdb_continue(&s->gdb, err);
}

static int at_handover(struct dmafp_stepper *s, struct dmafp_err *err)
{
	uint64_t regs, magic = 0;
	int ret = dmafp_gdb_register(&s->gdb, DMAFP_GDB_RDI, &regs, err)
			  ?: read_word(s, regs + DMAFP_HANDOVER_RDI, &magic, err);

	if (!ret && magic == DMAFP_HANDOVER_MAGIC)
		ret = take_over(s, regs, err);
	return ret ?: go_on(s, err);
}

/* Every stamp of the loop, as the compiler has laid it out */
static int find_stamps(struct dmafp_stepper *s, uint64_t *stamps, size_t *nr,
		       struct dmafp_err *err)
{
	const struct dmafp_function *loop = dmafp_functions_at(&s->functions, s->run);
	uint64_t pc = loop->address;
	struct dmafp_step_insn insn;
	int ret;

	for (*nr = 0; pc < loop->address + loop->size; pc += insn.size) {
		ret = dmafp_frames_insn(&s->frames, pc, &insn, err);
		if (ret)
			return ret;
		if (!strncmp(insn.text, "rdtsc ", 6) && *nr < MAX_STAMPS)
			stamps[(*nr)++] = pc;
	}
	if (*nr >= 3)
		return 0;
	return dmafp_err_set(err, ENOENT, DMAFP_EXIT_INTERNAL,
			     "%s has %zu stamps, not three or more", loop->name, *nr);
}

static int break_at(struct dmafp_stepper *s, const uint64_t *addresses, size_t nr, bool set,
		    struct dmafp_err *err)
{
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < nr; i++)
		ret = dmafp_gdb_break(&s->gdb, addresses[i], set, err);
	return ret;
}

/* To the next stamp, from one */
static int next_stamp(struct dmafp_stepper *s, uint64_t *pc, struct dmafp_err *err)
{
	return go_on(s, err) ?: dmafp_gdb_wait(&s->gdb, err)
			     ?: dmafp_gdb_register(&s->gdb, DMAFP_GDB_RIP, pc, err);
}

/*
 * What lies between two stamps is what runs from the first one's RDTSC, itself
 * included, to the second's, itself excluded: that many ticks apart are they.
 */
static int step_window(struct dmafp_stepper *s, uint64_t *pc, const uint64_t *stamps, size_t nr,
		       struct dmafp_steps *steps, struct dmafp_err *err)
{
	bool at_stamp = false;
	int ret = 0;
	size_t i;

	dmafp_frames_begin(&s->frames, steps);
	while (!ret && !at_stamp && steps->instructions < MAX_STEPS) {
		ret = dmafp_frames_add(&s->frames, *pc, err) ?: dmafp_gdb_step(&s->gdb, pc, err);
		for (i = 0; i < nr; i++)
			at_stamp |= *pc == stamps[i];
	}
	if (!ret && !at_stamp)
		ret = dmafp_err_set(err, E2BIG, DMAFP_EXIT_GUEST,
				    "%s takes more than %d instructions: that is not stepped",
				    s->op, MAX_STEPS);
	return ret;
}

/*
 * The loop reads a stamp as it begins, and then one before and one after each
 * map, one before and one after each unmap.
 */
static int step_op(struct dmafp_stepper *s, struct dmafp_err *err)
{
	uint64_t stamps[MAX_STAMPS], pc;
	size_t nr;
	int ret;

	ret = find_stamps(s, stamps, &nr, err) ?: dmafp_gdb_break(&s->gdb, s->run, false, err)
					       ?: break_at(s, stamps, nr, true, err);
	/* the first stamp, then that of the map */
	ret = ret ?: next_stamp(s, &pc, err) ?: next_stamp(s, &pc, err);
	if (!ret && s->map)
		ret = step_window(s, &pc, stamps, nr, s->map, err);
	else if (!ret)
		ret = next_stamp(s, &pc, err);
	if (!ret && s->unmap)
		ret = next_stamp(s, &pc, err)
			      ?: step_window(s, &pc, stamps, nr, s->unmap, err);
	return ret ?: break_at(s, stamps, nr, false, err);
}

static int at_loop(struct dmafp_stepper *s, struct dmafp_err *err)
{
	double begin = dmafp_clock_now();
	int ret;

	if (++s->blocks < DMAFP_STEPPER_BLOCK)
		return go_on(s, err);
	ret = step_op(s, err) ?: dmafp_gdb_detach(&s->gdb, err);
	s->seconds = dmafp_clock_now() - begin;
	if (!ret)
		s->state = DMAFP_STEPPER_DONE;
	return ret;
}

int dmafp_stepper_poll(struct dmafp_stepper *s, struct dmafp_err *err)
{
	int ret;

	if (s->state == DMAFP_STEPPER_DONE)
		return 0;
	ret = dmafp_gdb_stopped(&s->gdb, err);
	/* why the guest ended is told by its console, and better */
	if (ret == -EPIPE)
		return 0;
	if (ret <= 0)
		return ret;
	return s->state == DMAFP_STEPPER_BOOTS ? at_handover(s, err) : at_loop(s, err);
}

void dmafp_stepper_end(struct dmafp_stepper *s)
{
	dmafp_frames_close(&s->frames);
	dmafp_inlined_close(s->inlined);
	dmafp_functions_free(&s->functions);
	s->inlined = NULL;
}
