// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/path/estimate.h"
#include "analysis/path/remark.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/proc.h"

/* So that the cycles of all of them are hundredths of the cycles of one */
#define ITERATIONS "100"

static char *in_path(const char *name)
{
	char *dirs = dmafp_alloc_string(getenv("PATH")), *rest = dirs, *dir, *found = NULL;

	while (!found && rest && (dir = strsep(&rest, ":"))) {
		found = dmafp_path("%s/%s", dir, name);
		if (!access(found, X_OK))
			break;
		free(found);
		found = NULL;
	}
	free(dirs);
	return found;
}

/* Debian's versions have their number in the name, and a newer one knows more CPUs. */
char *dmafp_path_estimator(void)
{
	char name[32], *found = NULL;
	int version;

	for (version = 30; !found && version >= 11; version--) {
		snprintf(name, sizeof(name), "llvm-mca-%d", version);
		found = in_path(name);
	}
	return found ? found : in_path("llvm-mca");
}

/*
 * A target inside the function is no operand that an assembler knows, and endbr64,
 * a nop on every CPU, is microcode to the models that do not know it.
 */
static void write_insn(FILE *out, const char *text)
{
	const char *offset = strstr(text, " +0x");

	if (!strcmp(text, "endbr64"))
		fprintf(out, "nop\n");
	else if (offset)
		fprintf(out, "%.*s target\n", (int)(offset - text), text);
	else
		fprintf(out, "%s\n", text);
}

static char *write_path(const struct dmafp_walk *walk, struct dmafp_err *err)
{
	const char *tmp = getenv("TMPDIR");
	char *name = dmafp_path("%s/dmafp-path-XXXXXX", tmp ? tmp : "/tmp");
	int fd = mkstemp(name);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	size_t i;

	if (!out) {
		dmafp_err_errno(err, errno, "cannot write %s for llvm-mca", name);
		free(name);
		return NULL;
	}
	for (i = 0; i < walk->nr_path; i++)
		write_insn(out, walk->path[i].text);
	if (fclose(out)) {
		dmafp_err_errno(err, errno, "cannot write %s for llvm-mca", name);
		unlink(name);
		free(name);
		return NULL;
	}
	return name;
}

static bool read_cycles(const char *report, uint64_t *cycles)
{
	static const char label[] = "Total Cycles:";
	const char *at = report ? strstr(report, label) : NULL;

	if (at)
		*cycles = strtoull(at + sizeof(label) - 1, NULL, 10);
	return at && *cycles;
}

static void ask(struct dmafp_walk *walk, const char *program, const char *file, const char *cpu)
{
	char *triple = dmafp_path("--mtriple=%s-linux-gnu", walk->arch);
	char *mcpu = dmafp_path("--mcpu=%s", cpu), *report;
	/* it warns of calls and returns on stderr, which it takes for ordinary ones */
	const char *const argv[] = { "sh", "-c", "exec \"$@\" 2>/dev/null", "sh", program,
				     triple, mcpu, "--iterations=" ITERATIONS, file, NULL };
	struct dmafp_err ignored;
	uint64_t cycles;

	report = dmafp_proc_output(argv, &ignored);
	if (read_cycles(report, &cycles)) {
		walk->estimates = dmafp_alloc_grow(walk->estimates, walk->nr_estimates,
						   sizeof(*walk->estimates));
		walk->estimates[walk->nr_estimates].cpu = dmafp_alloc_string(cpu);
		walk->estimates[walk->nr_estimates++].centicycles = cycles;
	} else {
		dmafp_path_remark(walk, "llvm-mca has no estimate for %s: it does not know the CPU, or an instruction of the path",
				  cpu);
	}
	free(report);
	free(mcpu);
	free(triple);
}

int dmafp_path_estimate(struct dmafp_walk *walk, const char *const *cpus,
			struct dmafp_err *err)
{
	static const char *const x86[] = { "skylake", "znver3", NULL };
	static const char *const arm64[] = { "neoverse-n1", NULL };
	char *program = dmafp_path_estimator(), *file;

	if (!program || !walk->complete) {
		free(program);
		return 0;
	}
	if (!cpus)
		cpus = strcmp(walk->arch, "aarch64") ? x86 : arm64;
	file = write_path(walk, err);
	if (file) {
		for (; *cpus; cpus++)
			ask(walk, program, file, *cpus);
		unlink(file);
	}
	free(program);
	if (!file)
		return -EIO;
	free(file);
	return 0;
}
