// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "run/choice.h"
#include "traffic/peer.h"
#include "traffic/traffic.h"

static bool is_loopback(const struct dmafp_choice *choice)
{
	return !strcmp(choice->transport->ops->name, "loopback");
}

static void note(const struct dmafp_choice *choice, const char *text)
{
	if (choice->options->note)
		choice->options->note(choice->options->ctx, text);
}

/* A device that is named twice is measured once. */
static void choose(struct dmafp_choice *choice, const struct dmafp_pci_device *device)
{
	struct dmafp_device_list *chosen = &choice->chosen;
	size_t i;

	for (i = 0; i < chosen->nr; i++)
		if (!strcmp(chosen->items[i].pci, device->pci))
			return;
	chosen->items = dmafp_alloc_grow(chosen->items, chosen->nr, sizeof(*device));
	chosen->items[chosen->nr++] = *device;
}

static int choose_named(struct dmafp_choice *choice, const char *name, struct dmafp_err *err)
{
	struct dmafp_pci_device wanted;
	size_t i;

	if (dmafp_device_address(name, &wanted, err))
		return -EINVAL;
	for (i = 0; i < choice->found.nr; i++) {
		const struct dmafp_pci_device *device = &choice->found.items[i];

		if (strcmp(device->pci, wanted.pci))
			continue;
		if (*device->why_not)
			return dmafp_err_set(err, EBUSY, DMAFP_EXIT_DEVICE,
					     "device %s cannot be used: %s", device->pci,
					     device->why_not);
		choose(choice, device);
		return 0;
	}
	return dmafp_err_set(err, ENODEV, DMAFP_EXIT_DEVICE,
			     "no PCI device %s (see 'dmafp list devices')", wanted.pci);
}

/* In a lab it is the one behind the first NIC; else the user knows what the cable leads to. */
static const char *name_peer(const struct dmafp_choice *choice)
{
	const struct dmafp_device_list *chosen = &choice->chosen;
	size_t i, nics = 0;

	if (choice->options->peer || !choice->options->lab)
		return choice->options->peer;
	for (i = 0; i < chosen->nr; i++)
		if (!strcmp(chosen->items[i].label, "nic") && ++nics == 2)
			return chosen->items[i].pci;
	return NULL;
}

/* A fake's ports are not those of this machine. */
static int look_at_peer(struct dmafp_choice *choice, const char *name, struct dmafp_err *err)
{
	struct dmafp_peer peer = { 0 };
	int ret = is_loopback(choice)
			  ? dmafp_device_address(name, &peer.device, err)
			  : dmafp_peer_find("/sys", "/proc", name, &peer, err);

	/* the list of those chosen only gets shorter, and @name may be in it */
	choice->peer = dmafp_alloc_string(peer.device.pci);
	return ret;
}

static bool receives(const struct dmafp_profile *profile)
{
	return profile->pktgen.receive &&
	       dmafp_names_has(&profile->traffic.tools, "pktgen");
}

/* A port that receives is not measured itself. */
static int find_peer(struct dmafp_choice *choice, struct dmafp_err *err)
{
	struct dmafp_device_list *chosen = &choice->chosen;
	const char *name = name_peer(choice);
	size_t i, kept = 0;
	int ret;

	if (!receives(choice->profile) && choice->options->peer)
		note(choice, "--peer is left alone: the profile's packets are not received "
			  "(pktgen.receive)");
	if (!receives(choice->profile))
		return 0;
	if (!name)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "the profile's packets are to be received: name the port "
				     "that the NIC is joined to with --peer, or say "
				     "--set pktgen.receive=no");
	ret = look_at_peer(choice, name, err);
	if (ret)
		return ret;
	for (i = 0; i < chosen->nr; i++)
		if (strcmp(chosen->items[i].pci, choice->peer))
			chosen->items[kept++] = chosen->items[i];
	chosen->nr = kept;
	if (kept)
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
			     "%s is the only device, and as --peer it receives: name the one that "
			     "sends with --device",
			     choice->peer);
}

/* All usable ones of the profile's classes; says why where there are none. */
static int choose_by_class(struct dmafp_choice *choice, struct dmafp_err *err)
{
	const struct dmafp_names *classes = &choice->profile->devices.classes;
	char why[1024] = "";
	size_t i;

	for (i = 0; i < choice->found.nr; i++) {
		const struct dmafp_pci_device *device = &choice->found.items[i];
		size_t len = strlen(why);

		if (!dmafp_names_has(classes, device->label))
			continue;
		if (!*device->why_not)
			choose(choice, device);
		else
			snprintf(why + len, sizeof(why) - len, "; %s %s: %s",
				 device->label, device->pci, device->why_not);
	}
	if (*why && choice->options->all_devices)
		return dmafp_err_set(err, EBUSY, DMAFP_EXIT_DEVICE,
				     "not every device of the profile's classes can be used%s",
				     why);
	if (choice->chosen.nr)
		return 0;
	return dmafp_err_set(err, ENODEV, DMAFP_EXIT_DEVICE,
			     "no usable device of the profile's classes%s", why);
}

/* A lab's disks are nobody's. */
static int check_destroy(const struct dmafp_choice *choice, struct dmafp_err *err)
{
	const struct dmafp_run_options *options = choice->options;

	if (!options->destroy || !options->disk || options->lab)
		return 0;
	return dmafp_traffic_check_destroy(choice->profile, &choice->chosen,
					   options->nr_devices, options->disk, err);
}

static int choose_devices(struct dmafp_choice *choice, struct dmafp_err *err)
{
	size_t i;
	int ret;

	ret = choice->transport->ops->list(choice->transport, &choice->found, err);
	if (ret)
		return ret;
	if (!choice->options->nr_devices)
		return choose_by_class(choice, err);
	for (i = 0; !ret && i < choice->options->nr_devices; i++)
		ret = choose_named(choice, choice->options->devices[i], err);
	return ret;
}

int dmafp_choice_make(struct dmafp_choice *choice, struct dmafp_err *err)
{
	return choose_devices(choice, err) ?: find_peer(choice, err)
					   ?: check_destroy(choice, err);
}

void dmafp_choice_release(struct dmafp_choice *choice)
{
	dmafp_device_list_release(&choice->found);
	dmafp_device_list_release(&choice->chosen);
	free(choice->peer);
}
