// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "analysis/json_text.h"
#include "run/watch.h"

#define COLUMNS 72

int dmafp_watch_call(struct dmafp_transport *transport, unsigned int flags,
		     struct dmafp_watched *watched, struct dmafp_err *err)
{
	struct dmafp_watch arg = {
		.size = sizeof(arg),
		.flags = flags,
		.nr_devices = DMAFP_WATCH_MAX_DEVICES,
		.devices = (uintptr_t)watched->devices,
	};
	int ret = transport->ops->call(transport, DMAFP_IOC_WATCH, &arg, "watch", err);
	size_t i;

	if (ret)
		return ret;
	watched->nr = arg.nr_devices;
	watched->missed = arg.missed;
	if (watched->nr > DMAFP_WATCH_MAX_DEVICES)
		watched->nr = DMAFP_WATCH_MAX_DEVICES;
	watched->on = arg.flags & DMAFP_WATCH_IS_ON;
	watched->sees_preempt = arg.flags & DMAFP_WATCH_SEES_PREEMPT;
	for (i = 0; i < watched->nr; i++) {
		struct dmafp_watch_device *device = &watched->devices[i];

		device->name[sizeof(device->name) - 1] = '\0';
		device->driver[sizeof(device->driver) - 1] = '\0';
		device->first.comm[DMAFP_COMM_LEN - 1] = '\0';
		device->breach.comm[DMAFP_COMM_LEN - 1] = '\0';
	}
	return 0;
}

bool dmafp_watch_is_breach(const struct dmafp_watch_device *device)
{
	return device->overlaps || device->atomic;
}

static size_t count_breaches(const struct dmafp_watched *watched)
{
	size_t i, nr = 0;

	for (i = 0; i < watched->nr; i++)
		nr += dmafp_watch_is_breach(&watched->devices[i]);
	return nr;
}

/* Could an attach have been deferred at all? */
static bool can_see(const struct dmafp_watched *watched)
{
	return watched->nr || !strcmp(watched->mode, "kdump");
}

enum dmafp_exit dmafp_watch_exit(const struct dmafp_watched *watched)
{
	if (count_breaches(watched))
		return DMAFP_EXIT_BREACH;
	if (watched->missed || !can_see(watched))
		return DMAFP_EXIT_INCONCLUSIVE;
	return DMAFP_EXIT_NO_COST;
}

/* Text */

static const struct {
	unsigned int flag;
	const char *name, *text;
} contexts[] = {
	{ DMAFP_WATCH_OVERLAPS, "overlaps", "another thread was inside" },
	{ DMAFP_WATCH_INTERRUPT, "interrupt", "in an interrupt" },
	{ DMAFP_WATCH_IRQS_OFF, "irqs_off", "interrupts disabled" },
	{ DMAFP_WATCH_PREEMPT_OFF, "preempt_off",
	  "preemption disabled or a spinlock held" },
};

#define NR_CONTEXTS (sizeof(contexts) / sizeof(contexts[0]))

/* What comes from the kernel, as far as it fits on the line */
static void print_ascii(const char *text, size_t room, FILE *out)
{
	for (; *text && room; text++, room--)
		fputc(isascii((unsigned char)*text) && isprint((unsigned char)*text) ? *text
										     : '?',
		      out);
}

static void print_entry(const char *what, const struct dmafp_watch_entry *entry, FILE *out)
{
	bool any = false;
	size_t i;

	fprintf(out, "  %s: thread ", what);
	print_ascii(entry->comm, DMAFP_COMM_LEN, out);
	fprintf(out, "/%u on CPU %u:\n", entry->pid, entry->cpu);
	for (i = 0; i < NR_CONTEXTS; i++)
		if (entry->flags & contexts[i].flag) {
			fprintf(out, "    - %s\n", contexts[i].text);
			any = true;
		}
	if (!any)
		fprintf(out, "    - alone, may sleep\n");
}

static void print_stack(const struct dmafp_watch_entry *entry,
			const struct dmafp_symbols *symbols, FILE *out)
{
	char text[DMAFP_SYMBOL_TEXT];
	unsigned int i;

	for (i = 0; i < entry->nr_stack && i < DMAFP_WATCH_STACK; i++) {
		fprintf(out, "    ");
		print_ascii(dmafp_symbols_text(symbols, entry->stack[i], text), COLUMNS - 4,
			    out);
		fputc('\n', out);
	}
}

static void print_device(const struct dmafp_watch_device *device,
			 const struct dmafp_symbols *symbols, FILE *out)
{
	bool breach = dmafp_watch_is_breach(device);

	fputc('\n', out);
	print_ascii(device->name, 24, out);
	fprintf(out, ", driver ");
	print_ascii(*device->driver ? device->driver : "(none)", DMAFP_NAME_LEN, out);
	fprintf(out, ": %s\n", breach ? "BREACH" : "no breach");
	fprintf(out, "  entries %u, concurrent %u, atomic %u, failed attaches %u\n",
		device->entries, device->overlaps, device->atomic, device->failed);
	print_entry(breach ? "breach" : "first entry",
		    breach ? &device->breach : &device->first, out);
	if (breach)
		print_stack(&device->breach, symbols, out);
}

static void print_blindness(const struct dmafp_watched *watched, FILE *out)
{
	if (!watched->nr && !strcmp(watched->mode, "plain"))
		fprintf(out, "This kernel is no capture kernel: the call of iommu_deferred_\n"
			     "attach() is switched off in it, so nothing can be seen. Watch\n"
			     "in the capture kernel, after a crash.\n");
	else if (!watched->nr && !strcmp(watched->mode, "keyed"))
		fprintf(out, "This kernel believes to be a capture kernel (elfcorehdr=), but\n"
			     "no kernel crashed before it: no attach is deferred in it, so\n"
			     "nothing can be seen. Watch in the capture kernel.\n");
	if (!watched->sees_preempt)
		fprintf(out, "This kernel does not count preemption (CONFIG_PREEMPT_COUNT is\n"
			     "off): an attach under a spinlock or with preemption disabled\n"
			     "is not seen as atomic, unless interrupts were off, too.\n");
	if (watched->missed)
		fprintf(out, "%u entries were missed: what they did is not known.\n",
			watched->missed);
}

void dmafp_watch_print(const struct dmafp_watched *watched,
		       const struct dmafp_symbols *symbols, FILE *out)
{
	static const char *const words[] = {
		[DMAFP_EXIT_NO_COST] = "no breach",
		[DMAFP_EXIT_INCONCLUSIVE] = "nothing can be said",
		[DMAFP_EXIT_BREACH] = "BREACH",
	};
	size_t i;

	fprintf(out, "dmafp watch: %s\n", words[dmafp_watch_exit(watched)]);
	fprintf(out, "Devices whose deferred attach was entered: %zu; in breach: %zu.%s\n",
		watched->nr, count_breaches(watched), watched->on ? " Still watching." : "");
	print_blindness(watched, out);
	for (i = 0; i < watched->nr; i++)
		print_device(&watched->devices[i], symbols, out);
}

/* JSON */

static json_t *entry_json(const struct dmafp_watch_entry *entry,
			  const struct dmafp_symbols *symbols)
{
	json_t *stack = json_array(), *json;
	char text[DMAFP_SYMBOL_TEXT];
	size_t i;

	for (i = 0; i < entry->nr_stack && i < DMAFP_WATCH_STACK; i++)
		json_array_append_new(stack, dmafp_json_string(dmafp_symbols_text(
						     symbols, entry->stack[i], text)));
	json = json_pack("{s:o, s:i, s:i, s:o}", "thread", dmafp_json_string(entry->comm), "pid",
			 (int)entry->pid, "cpu", (int)entry->cpu, "stack", stack);
	for (i = 0; i < NR_CONTEXTS; i++)
		json_object_set_new(json, contexts[i].name,
				    json_boolean(entry->flags & contexts[i].flag));
	return json;
}

static json_t *device_json(const struct dmafp_watch_device *device,
			   const struct dmafp_symbols *symbols)
{
	bool breach = dmafp_watch_is_breach(device);

	return json_pack("{s:o, s:o, s:b, s:I, s:I, s:I, s:I, s:o, s:o}", "device",
			 dmafp_json_string(device->name), "driver",
			 *device->driver ? dmafp_json_string(device->driver) : json_null(),
			 "is_breach", breach, "entries", (json_int_t)device->entries,
			 "concurrent", (json_int_t)device->overlaps, "atomic",
			 (json_int_t)device->atomic, "failed", (json_int_t)device->failed,
			 "first", entry_json(&device->first, symbols), "breach",
			 breach ? entry_json(&device->breach, symbols) : json_null());
}

json_t *dmafp_watch_json(const struct dmafp_watched *watched,
			 const struct dmafp_symbols *symbols)
{
	json_t *devices = json_array();
	size_t i;

	for (i = 0; i < watched->nr; i++)
		json_array_append_new(devices, device_json(&watched->devices[i], symbols));
	return json_pack("{s:i, s:s, s:b, s:b, s:b, s:I, s:i, s:o}", "dmafp_watch", 1,
			 "mode", watched->mode, "can_see", can_see(watched),
			 "sees_preemption", watched->sees_preempt, "still_watching",
			 watched->on, "missed", (json_int_t)watched->missed, "exit_code",
			 (int)dmafp_watch_exit(watched), "devices", devices);
}
