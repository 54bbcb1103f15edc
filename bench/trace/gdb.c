// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/proc.h"
#include "trace/gdb.h"

#define TIMEOUT_MS 20000
#define POLL_MS	   200
#define RETRIES	   3
#define CHUNK	   512 /* bytes of memory at a time */

static int gone(struct dmafp_gdb *gdb, struct dmafp_err *err)
{
	gdb->fd = -1;
	return dmafp_err_set(err, EPIPE, DMAFP_EXIT_QEMU, "QEMU's gdb stub is gone");
}

static int strange(const char *question, const char *answer, struct dmafp_err *err)
{
	return dmafp_err_set(err, EPROTO, DMAFP_EXIT_QEMU,
			     "QEMU's gdb stub answered \"%.40s\" to \"%.40s\"", answer, question);
}

static unsigned int checksum(const char *text, size_t len)
{
	unsigned int sum = 0;

	while (len--)
		sum += (unsigned char)*text++;
	return sum & 0xff;
}

static int send_all(struct dmafp_gdb *gdb, const char *data, size_t len, struct dmafp_err *err)
{
	while (len) {
		ssize_t n = send(gdb->fd, data, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return gone(gdb, err);
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static int send_packet(struct dmafp_gdb *gdb, const char *text, struct dmafp_err *err)
{
	char packet[DMAFP_GDB_PACKET];
	size_t len = strlen(text);
	int n = snprintf(packet, sizeof(packet), "$%s#%02x", text, checksum(text, len));

	if (gdb->fd < 0)
		return gone(gdb, err);
	return send_all(gdb, packet, (size_t)n, err);
}

static void drop(struct dmafp_gdb *gdb, size_t len)
{
	gdb->nr_in -= len;
	memmove(gdb->in, gdb->in + len, gdb->nr_in);
}

/*
 * Take a whole packet out of what has been received; what stands before it are
 * acknowledgements of ours.
 *
 * Return: 1 if there was one, 0 if there is none yet, -EBADMSG if it was damaged
 * on the way, -EMSGSIZE if it is none.
 */
static int take_packet(struct dmafp_gdb *gdb, char answer[DMAFP_GDB_PACKET])
{
	char *begin = memchr(gdb->in, '$', gdb->nr_in), *end = NULL;
	char digits[3] = "";
	size_t len;
	unsigned int sum = 0;

	if (begin)
		end = memchr(begin, '#', (size_t)(gdb->in + gdb->nr_in - begin));
	if (!end || end + 3 > gdb->in + gdb->nr_in)
		return gdb->nr_in == sizeof(gdb->in) ? -EMSGSIZE : 0;
	len = (size_t)(end - begin - 1);
	memcpy(digits, end + 1, 2);
	if (len >= DMAFP_GDB_PACKET)
		return -EMSGSIZE;
	if (sscanf(digits, "%2x", &sum) != 1 || sum != checksum(begin + 1, len)) {
		drop(gdb, (size_t)(end + 3 - gdb->in));
		return -EBADMSG;
	}
	memcpy(answer, begin + 1, len);
	answer[len] = '\0';
	drop(gdb, (size_t)(end + 3 - gdb->in));
	return 1;
}

/* Return: 1 if something came, 0 if nothing did in time, or a negative errno. */
static int receive(struct dmafp_gdb *gdb, int timeout_ms, struct dmafp_err *err)
{
	struct pollfd pfd = { .fd = gdb->fd, .events = POLLIN };
	int ret = dmafp_proc_check(err, "while a guest was stepped");
	ssize_t n;

	if (ret)
		return ret;
	if (gdb->fd < 0)
		return gone(gdb, err);
	if (poll(&pfd, 1, timeout_ms) <= 0)
		return 0;
	n = recv(gdb->fd, gdb->in + gdb->nr_in, sizeof(gdb->in) - gdb->nr_in, 0);
	if (n < 0 && errno == EINTR)
		return 0;
	if (n <= 0)
		return gone(gdb, err);
	gdb->nr_in += (size_t)n;
	return 1;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int receive_packet(struct dmafp_gdb *gdb, char answer[DMAFP_GDB_PACKET],
			  struct dmafp_err *err)
{
	int64_t until = now_ms() + gdb->timeout_ms;
	int ret, damaged = 0;

	for (;;) {
		ret = take_packet(gdb, answer);
		if (ret > 0)
			return send_all(gdb, "+", 1, err);
		if (ret == -EMSGSIZE || (ret == -EBADMSG && ++damaged > RETRIES))
			return dmafp_err_set(err, EPROTO, DMAFP_EXIT_QEMU,
					     "QEMU's gdb stub sent what is no packet");
		if (ret == -EBADMSG)
			ret = send_all(gdb, "-", 1, err);
		else
			ret = receive(gdb, POLL_MS, err);
		if (ret < 0)
			return ret;
		if (now_ms() >= until)
			return dmafp_err_set(err, ETIMEDOUT, DMAFP_EXIT_TIMEOUT,
					     "QEMU's gdb stub did not answer within %d ms",
					     gdb->timeout_ms);
	}
}

int dmafp_gdb_ask(struct dmafp_gdb *gdb, const char *question, char answer[DMAFP_GDB_PACKET],
		  struct dmafp_err *err)
{
	return send_packet(gdb, question, err) ?: receive_packet(gdb, answer, err);
}

int dmafp_gdb_open(struct dmafp_gdb *gdb, int fd, struct dmafp_err *err)
{
	char answer[DMAFP_GDB_PACKET];
	int ret;

	*gdb = (struct dmafp_gdb) { .fd = fd, .timeout_ms = TIMEOUT_MS };
	ret = dmafp_gdb_ask(gdb, "qSupported:hwbreak+", answer, err);
	if (!ret && !strstr(answer, "PacketSize="))
		ret = strange("qSupported", answer, err);
	/* QEMU gives single registers to those only that have read its description */
	ret = ret ?: dmafp_gdb_ask(gdb, "qXfer:features:read:target.xml:0,7ff", answer, err);
	ret = ret ?: dmafp_gdb_ask(gdb, "?", answer, err);
	if (!ret && *answer != 'T' && *answer != 'S')
		ret = strange("?", answer, err);
	return ret;
}

int dmafp_gdb_break(struct dmafp_gdb *gdb, uint64_t address, bool set, struct dmafp_err *err)
{
	char question[64], answer[DMAFP_GDB_PACKET];
	int ret;

	snprintf(question, sizeof(question), "%c1,%" PRIx64 ",1", set ? 'Z' : 'z', address);
	ret = dmafp_gdb_ask(gdb, question, answer, err);
	if (!ret && strcmp(answer, "OK"))
		ret = strange(question, answer, err);
	return ret;
}

int dmafp_gdb_continue(struct dmafp_gdb *gdb, struct dmafp_err *err)
{
	return send_packet(gdb, "c", err);
}

static int check_stop(const char *question, const char *answer, struct dmafp_err *err)
{
	/* SIGTRAP, from a breakpoint or a step */
	return strncmp(answer, "T05", 3) && strncmp(answer, "S05", 3) ?
		       strange(question, answer, err) :
		       0;
}

int dmafp_gdb_stopped(struct dmafp_gdb *gdb, struct dmafp_err *err)
{
	char answer[DMAFP_GDB_PACKET];
	int ret = receive(gdb, 0, err);

	if (ret < 0)
		return ret;
	/* it may be no more than the "+" for our "c" */
	ret = take_packet(gdb, answer);
	if (!ret)
		return 0;
	if (ret < 0)
		return dmafp_err_set(err, EPROTO, DMAFP_EXIT_QEMU,
				     "QEMU's gdb stub sent what is no packet");
	return send_all(gdb, "+", 1, err) ?: check_stop("c", answer, err) ?: 1;
}

int dmafp_gdb_wait(struct dmafp_gdb *gdb, struct dmafp_err *err)
{
	char answer[DMAFP_GDB_PACKET];

	return receive_packet(gdb, answer, err) ?: check_stop("c", answer, err);
}

int dmafp_gdb_step(struct dmafp_gdb *gdb, uint64_t *pc, struct dmafp_err *err)
{
	char answer[DMAFP_GDB_PACKET];

	return dmafp_gdb_ask(gdb, "s", answer, err) ?: check_stop("s", answer, err) ?:
	       dmafp_gdb_register(gdb, DMAFP_GDB_RIP, pc, err);
}

static int unhex(const char *text, uint8_t *data, size_t len)
{
	unsigned int byte;

	if (strlen(text) != 2 * len || strspn(text, "0123456789abcdef") != 2 * len)
		return -EINVAL;
	for (; len; len--, text += 2) {
		sscanf(text, "%2x", &byte);
		*data++ = (uint8_t)byte;
	}
	return 0;
}

int dmafp_gdb_register(struct dmafp_gdb *gdb, unsigned int number, uint64_t *value,
		       struct dmafp_err *err)
{
	char question[32], answer[DMAFP_GDB_PACKET];
	uint8_t bytes[8];
	int ret, i;

	snprintf(question, sizeof(question), "p%x", number);
	ret = dmafp_gdb_ask(gdb, question, answer, err);
	if (ret)
		return ret;
	if (unhex(answer, bytes, sizeof(bytes)))
		return strange(question, answer, err);
	*value = 0;
	for (i = 7; i >= 0; i--)
		*value = *value << 8 | bytes[i];
	return 0;
}

int dmafp_gdb_read(struct dmafp_gdb *gdb, uint64_t address, void *data, size_t len,
		   struct dmafp_err *err)
{
	char question[64], answer[DMAFP_GDB_PACKET];
	uint8_t *to = data;

	while (len) {
		size_t part = len < CHUNK ? len : CHUNK;
		int ret;

		snprintf(question, sizeof(question), "m%" PRIx64 ",%zx", address, part);
		ret = dmafp_gdb_ask(gdb, question, answer, err);
		if (ret)
			return ret;
		if (unhex(answer, to, part))
			return strange(question, answer, err);
		address += part;
		to += part;
		len -= part;
	}
	return 0;
}

int dmafp_gdb_detach(struct dmafp_gdb *gdb, struct dmafp_err *err)
{
	char answer[DMAFP_GDB_PACKET];
	int ret = dmafp_gdb_ask(gdb, "D", answer, err);

	if (!ret && strcmp(answer, "OK"))
		ret = strange("D", answer, err);
	return ret;
}
