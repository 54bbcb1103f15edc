// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "traffic/alarm.h"
#include "traffic/busy.h"
#include "traffic/pktgen.h"
#include "traffic/pktgen_proc.h"
#include "traffic/values.h"

/* Ethernet, IP and UDP headers, and pktgen's own behind them: never in a page */
#define HEAD_BYTES 58
#define MIN_BYTES  60

/* Documentation's own addresses (RFC 5737), port 9: whoever gets it discards it */
#define FROM "192.0.2.1"
#define TO   "192.0.2.2"
/* Locally administered, and nobody's: a switch sends it everywhere */
#define NOBODY "02:64:6d:61:66:70"

/* A round may take so much, and so much more for each packet */
#define LIMIT_MS	30000
#define LIMIT_PACKET_NS 1000000
#define STOP_MS		2000
#define ARRIVE_MS	1000
#define POLL_MS		10

static struct dmafp_pktgen_proc proc_of(const struct dmafp_pktgen *gen)
{
	return (struct dmafp_pktgen_proc) { .procfs = gen->procfs,
					    .name = gen->netdev->name,
					    .cpu = gen->cpus[0],
					    .put = gen->put };
}

char *dmafp_pktgen_version(const char *procfs)
{
	return dmafp_pktgen_proc_version(procfs);
}

/* --- begin and end */

int dmafp_pktgen_check(uint64_t bytes, uint32_t fragments, struct dmafp_err *err)
{
	if (bytes >= MIN_BYTES && fragments >= 1 && bytes - HEAD_BYTES >= fragments - 1)
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
			     "pktgen cannot make frames of %" PRIu64 " bytes in %" PRIu32
			     " fragments: at least 60 bytes, of which %d are in the first "
			     "fragment and at least one in each other: see [pktgen] of the "
			     "profile",
			     bytes, fragments, HEAD_BYTES);
}

static int set_up(const struct dmafp_pktgen *gen, const char *mac, struct dmafp_err *err)
{
	const struct dmafp_pktgen_proc proc = proc_of(gen);
	int ret;

	ret = dmafp_pktgen_proc_set(&proc, err, "clone_skb 0");
	if (!ret)
		ret = dmafp_pktgen_proc_set(&proc, err, "pkt_size %" PRIu64, gen->bytes);
	if (!ret)
		ret = dmafp_pktgen_proc_set(&proc, err, "frags %" PRIu32,
					    gen->fragments - 1);
	if (!ret)
		ret = dmafp_pktgen_proc_set(&proc, err, "delay %" PRIu64, gen->pace_ns);
	/* the queue of the CPU, whose interrupt most drivers send to that CPU */
	if (!ret)
		ret = dmafp_pktgen_proc_set(&proc, err, "flag QUEUE_MAP_CPU");
	if (!ret)
		ret = dmafp_pktgen_proc_set(&proc, err, "src_min " FROM);
	if (!ret)
		ret = dmafp_pktgen_proc_set(&proc, err, "src_max " FROM);
	if (!ret)
		ret = dmafp_pktgen_proc_set(&proc, err, "dst " TO);
	if (!ret)
		ret = dmafp_pktgen_proc_set(&proc, err, "dst_mac %s", mac);
	return ret;
}

int dmafp_pktgen_begin(const struct dmafp_pktgen *gen, struct dmafp_err *err)
{
	const struct dmafp_pktgen_proc proc = proc_of(gen);
	char mac[DMAFP_MAC_TEXT] = NOBODY;
	struct dmafp_err later;
	int ret;

	ret = dmafp_pktgen_check(gen->bytes, gen->fragments, err);
	if (!ret && gen->peer)
		ret = dmafp_netdev_mac(gen->peer, mac, err);
	if (!ret)
		ret = dmafp_pktgen_proc_add(&proc, err);
	if (ret)
		return ret;
	ret = set_up(gen, mac, err);
	if (ret)
		dmafp_pktgen_proc_remove(&proc, &later);
	return ret;
}

int dmafp_pktgen_end(const struct dmafp_pktgen *gen, struct dmafp_err *err)
{
	const struct dmafp_pktgen_proc proc = proc_of(gen);

	return dmafp_pktgen_proc_remove(&proc, err);
}

/* --- a round */

/**
 * struct sender - a run of rounds
 * @gen: what is sent
 * @proc: through what
 * @packets: of a round, 0: until the alarm
 * @limit_ms: when it has to be over
 * @busy: looked at in each round; all zero: not
 * @counters: enabled in each round; may be NULL
 */
struct sender {
	const struct dmafp_pktgen *gen;
	struct dmafp_pktgen_proc proc;
	uint64_t packets;
	unsigned int limit_ms;
	struct dmafp_busy busy;
	struct dmafp_counters *counters;
};

/* What one round gave. */
struct outcome {
	struct dmafp_pktgen_round round;
	bool known, timed_out;
	uint64_t busy_ns;
};

static int interrupted(const struct sender *s, struct dmafp_err *err)
{
	if (!s->gen->stop || !*s->gen->stop)
		return 0;
	return dmafp_err_set(err, EINTR, 128 + *s->gen->stop,
			     "interrupted while pktgen sent");
}

/* All that is in here is in the time that CPUs are busy, so there is little of it. */
static int send_all(struct sender *s, struct outcome *out, struct dmafp_err *err)
{
	int ret, end;

	ret = dmafp_counters_enable(s->counters, err);
	if (!ret)
		ret = dmafp_busy_begin(&s->busy, err);
	if (ret)
		return ret;
	ret = dmafp_pktgen_proc_start(&s->proc, err);
	end = ret ? 0 : dmafp_busy_end(&s->busy, &out->known, &out->busy_ns, err);
	ret = ret ? ret : end;
	end = ret ? 0 : dmafp_counters_disable(s->counters, err);
	return ret ? ret : end;
}

/*
 * pktgen's thread looks every 100 ms whether it is to start, and who starts it
 * waits for 125 ms before he looks whether it is done.  On a CPU that is busy with
 * something else it may come too late for that: then the rest is waited for here.
 */
static int send_rest(struct sender *s, struct outcome *out, struct dmafp_err *err)
{
	int ret = dmafp_counters_enable(s->counters, err), end;

	if (ret)
		return ret;
	ret = dmafp_pktgen_proc_result(&s->proc, s->limit_ms, &out->round, err);
	end = ret ? 0 : dmafp_busy_end(&s->busy, &out->known, &out->busy_ns, err);
	ret = ret ? ret : end;
	end = ret ? 0 : dmafp_counters_disable(s->counters, err);
	return ret ? ret : end;
}

static int not_done(const struct sender *s, struct dmafp_err *err)
{
	return dmafp_err_set(err, ETIMEDOUT, DMAFP_EXIT_DEVICE,
			     "pktgen's thread on CPU %" PRIu32 " does not get done with "
			     "interface %s: is the CPU busy with something else, or does the "
			     "device hang? See dmesg",
			     s->proc.cpu, s->proc.name);
}

static int check_round(const struct sender *s, const struct outcome *out,
		       struct dmafp_err *err)
{
	const struct dmafp_pktgen_round *round = &out->round;
	int64_t pages = s->gen->fragments - 1;

	if (round->packets < s->packets && out->timed_out)
		return dmafp_err_set(err, ETIMEDOUT, DMAFP_EXIT_DEVICE,
				     "interface %s sent %" PRIu64 " of %" PRIu64
				     " packets in %u s: the device may hang, see dmesg",
				     s->proc.name, round->packets, s->packets,
				     s->limit_ms / 1000);
	if (round->packets < s->packets)
		return dmafp_err_set(err, EIO, DMAFP_EXIT_DEVICE,
				     "interface %s sent %" PRIu64 " of %" PRIu64
				     " packets: it lost its carrier, went down, or pktgen was "
				     "stopped by somebody else",
				     s->proc.name, round->packets, s->packets);
	if (round->packets && (round->bytes != s->gen->bytes ||
			       (round->fragments >= 0 && round->fragments != pages)))
		return dmafp_err_set(err, EPROTO, DMAFP_EXIT_DEVICE,
				     "pktgen sent frames of %" PRIu64 " bytes with %" PRId64
				     " pages by interface %s instead of %" PRIu64
				     " with %" PRId64 ": does somebody else use it?",
				     round->bytes, round->fragments, s->proc.name,
				     s->gen->bytes, pages);
	return 0;
}

/* Until it is over, in whatever way; what it gave is not looked at. */
static int make_round(struct sender *s, struct outcome *out, struct dmafp_err *err)
{
	struct dmafp_alarm alarm;
	int ret;

	ret = dmafp_alarm_set(&alarm, s->limit_ms, err);
	if (ret)
		return ret;
	ret = send_all(s, out, err);
	out->timed_out = dmafp_alarm_cancel(&alarm);
	if (!ret)
		ret = dmafp_pktgen_proc_result(&s->proc, 0, &out->round, err);
	if (ret == -EAGAIN && !out->timed_out && !(s->gen->stop && *s->gen->stop))
		ret = send_rest(s, out, err);
	if (ret == -EAGAIN)
		ret = dmafp_pktgen_proc_stop(&s->proc, STOP_MS, &out->round, err);
	return ret == -EAGAIN ? not_done(s, err) : ret;
}

static int send_round(struct sender *s, struct outcome *out, struct dmafp_err *err)
{
	int ret = interrupted(s, err);

	*out = (struct outcome) { 0 };
	/* this also makes the last round's result go away */
	if (!ret)
		ret = dmafp_pktgen_proc_set(&s->proc, err, "count %" PRIu64, s->packets);
	if (!ret)
		ret = make_round(s, out, err);
	/* that it was interrupted explains whatever else is wrong */
	if (interrupted(s, err))
		return -EINTR;
	return ret ? ret : check_round(s, out, err);
}

static struct sender sender_of(const struct dmafp_pktgen *gen, uint64_t packets)
{
	uint64_t each =
		2 * gen->pace_ns > LIMIT_PACKET_NS ? 2 * gen->pace_ns : LIMIT_PACKET_NS;
	uint64_t limit_ms =
		(gen->limit_ms ? gen->limit_ms : LIMIT_MS) + packets * each / 1000000;

	return (struct sender) { .gen = gen,
				 .proc = proc_of(gen),
				 .packets = packets,
				 .limit_ms = limit_ms > INT32_MAX ? INT32_MAX : limit_ms };
}

int dmafp_pktgen_count(const struct dmafp_pktgen *gen, uint64_t packets,
		       struct dmafp_err *err)
{
	struct sender s = sender_of(gen, packets);
	struct outcome out;

	return send_round(&s, &out, err);
}

int dmafp_pktgen_run_for(const struct dmafp_pktgen *gen, unsigned int ms,
			 uint64_t *packets, struct dmafp_err *err)
{
	struct sender s = sender_of(gen, 0);
	struct outcome out;
	int ret;

	s.limit_ms = ms;
	ret = send_round(&s, &out, err);
	*packets = out.round.packets;
	if (!ret && !*packets)
		return dmafp_err_set(err, EIO, DMAFP_EXIT_DEVICE,
				     "interface %s sent nothing in %u ms: has it a carrier?",
				     s.proc.name, ms);
	return ret;
}

/* --- packets that arrive */

/* What the peer received beyond @before, when @sent are there or time is over. */
static int wait_for_arrival(const struct dmafp_pktgen *gen, uint64_t before,
			    uint64_t sent, uint64_t *arrived, struct dmafp_err *err)
{
	unsigned int waited = 0;
	uint64_t now;
	int ret;

	for (;;) {
		ret = dmafp_netdev_statistic(gen->peer, "rx_packets", &now, err);
		if (ret)
			return ret;
		*arrived = now > before ? now - before : 0;
		if (*arrived >= sent || waited >= ARRIVE_MS)
			return 0;
		poll(NULL, 0, POLL_MS);
		waited += POLL_MS;
	}
}

static int arrivals(const struct dmafp_pktgen *gen, uint64_t *packets, struct dmafp_err *err)
{
	*packets = 0;
	return gen->peer ? dmafp_netdev_statistic(gen->peer, "rx_packets", packets, err)
			 : 0;
}

static int check_arrival(const struct dmafp_pktgen *gen, uint64_t before, uint64_t sent,
			 struct dmafp_err *err)
{
	uint64_t arrived;
	char *text;
	int ret;

	if (!gen->peer)
		return 0;
	ret = wait_for_arrival(gen, before, sent, &arrived, err);
	if (ret || arrived >= sent)
		return ret;
	if (!arrived)
		return dmafp_err_set(err, ENOLINK, DMAFP_EXIT_DEVICE,
				     "of %" PRIu64
				     " packets that %s (%s) sent, none arrived at %s "
				     "(%s): are the two ports joined?",
				     sent, gen->netdev->name, gen->netdev->pci,
				     gen->peer->name, gen->peer->pci);
	text = dmafp_path("of %" PRIu64 " packets that %s sent, %" PRIu64
			  " did not arrive at %s",
			  sent, gen->netdev->name, sent - arrived, gen->peer->name);
	if (gen->note)
		gen->note(gen->ctx, text);
	free(text);
	return 0;
}

/* --- measure */

/* What rounds gave, one of each. */
struct samples {
	struct dmafp_values send, time, busy;
};

static void keep_round(struct dmafp_load *load, struct samples *samples,
		       const struct outcome *out)
{
	const struct dmafp_pktgen_round *round = &out->round;

	load->ops += round->packets;
	load->errors += round->errors;
	load->elapsed_ns += round->elapsed_us * 1000;
	/* pktgen tells microseconds, and so does the kernel of how long a CPU idled */
	samples->send.grain = samples->time.grain = 1000;
	samples->busy.grain = 2000;
	dmafp_values_add(&samples->send, round->work_us * 1000);
	dmafp_values_add(&samples->time, round->elapsed_us * 1000);
	if (out->known)
		dmafp_values_add(&samples->busy, out->busy_ns);
}

void dmafp_pktgen_describe(const struct dmafp_pktgen *gen, struct dmafp_load *load)
{
	*load = (struct dmafp_load) {
		.tool = DMAFP_LOAD_PKTGEN,
		.op = dmafp_alloc_string(gen->peer ? "send+receive" : "send"),
		.bytes = gen->bytes,
		.fragments = gen->fragments,
		.pace_ns = gen->pace_ns,
		.nr_cpus = gen->nr_cpus,
		.cpus = dmafp_alloc(gen->nr_cpus, sizeof(*load->cpus)),
	};
	memcpy(load->cpus, gen->cpus, gen->nr_cpus * sizeof(*load->cpus));
}

static void keep_samples(struct dmafp_load *load, struct samples *samples,
			 uint64_t packets, uint64_t rounds)
{
	dmafp_values_hist(&samples->send,
			  dmafp_measure_new(load, DMAFP_MEASURE_SEND, packets));
	dmafp_values_hist(&samples->time,
			  dmafp_measure_new(load, DMAFP_MEASURE_TIME, packets));
	/* all rounds or none: what some of them miss may be what was slow */
	if (samples->busy.nr == rounds)
		dmafp_values_hist(&samples->busy,
				  dmafp_measure_new(load, DMAFP_MEASURE_BUSY, packets));
}

static int make_rounds(struct sender *s, uint64_t rounds, struct dmafp_load *load,
		       struct samples *samples, struct dmafp_err *err)
{
	struct outcome out;
	uint64_t i, before = 0;
	int ret;

	ret = arrivals(s->gen, &before, err);
	for (i = 0; i < rounds && !ret; i++) {
		ret = send_round(s, &out, err);
		if (!ret)
			keep_round(load, samples, &out);
	}
	return ret ? ret : check_arrival(s->gen, before, load->ops, err);
}

int dmafp_pktgen_measure(const struct dmafp_pktgen *gen, uint64_t packets,
			 uint64_t rounds, struct dmafp_load *load, struct dmafp_err *err)
{
	struct sender s = sender_of(gen, packets);
	struct samples samples = { 0 };
	int ret;

	ret = dmafp_pktgen_count(gen, packets, err);
	dmafp_busy_init(&s.busy, gen->transport, gen->cpus, gen->nr_cpus);
	s.counters = gen->counters;
	if (!ret)
		ret = make_rounds(&s, rounds, load, &samples, err);
	if (!ret)
		keep_samples(load, &samples, packets, rounds);
	dmafp_busy_release(&s.busy);
	dmafp_values_free(&samples.send);
	dmafp_values_free(&samples.time);
	dmafp_values_free(&samples.busy);
	return ret;
}
