#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Results as those in a folder, with made-up loads: what reports show of real traffic.

Usage: loads.py FROM TO [OPTION]...

An NVMe controller gets fio's, a NIC pktgen's.  An op costs in patched 3 less and in
always-lock 20 more than in base, where the key is on; in the timed domain always-lock's
time is 10 % more.  Options: noise - busy differs from boot to boot by 25; alone - no cells.
"""
import json
import pathlib
import sys

CHECKS = 64  # ops of the counting pass
COST = {"base": 0, "patched": -3, "always-lock": 20, "placebo": 0}
JITTER = (0, 2, -1, 1, -2, 0)  # of the timed domain, a boot each, in units of 0.01 %


def measure(kind, ops, cost, tail=0):
    """100 samples: 90 of the cost, with a tail 9 of 7 and one of 100 more."""
    buckets = [[cost * ops, 1, 90 if tail else 100]]
    if tail:
        buckets += [[cost * ops + 7, 1, 9], [cost * ops + 100, 1, 1]]
    return {"kind": kind, "ops_per_sample": ops,
            "hist": {"count": 100, "min": buckets[0][0], "max": buckets[-1][0],
                     "sum": sum(low * count for low, _, count in buckets), "overflow": 0,
                     "buckets": buckets}}


def calls(on):
    return {"ops": CHECKS, "calls": [
        {"name": "iommu_deferred_attach", "kind": "check", "calls": CHECKS if on else 0},
        {"name": "dma_map_page_attrs", "kind": "map", "calls": CHECKS},
        {"name": "dma_unmap_page_attrs", "kind": "unmap", "calls": CHECKS}]}


def load_of(result, boot, noise):
    arm, on = result["arm"], result["mode"] != "plain"
    fio = result["device"]["label"] == "nvme"
    cost = COST[arm] if on else 0
    busy = 9000 + cost + (25 * boot if noise else 0)
    time = 20000
    if result["domain"] == "timed":
        time += 2 * JITTER[(boot + list(COST).index(arm)) % 6] + (2000 if arm == "always-lock" else 0)
    measures = [measure("submit", 1, 4437 + cost, 1), measure("complete", 1, 50000, 1)] if fio \
        else [measure("send", 100, 4475 + cost)]
    measures += [measure("time", 1, time, 1), measure("busy", 100, busy)]
    return {"tool": "fio" if fio else "pktgen", "op": "randread" if fio else "send",
            "engine": "libaio" if fio else None, "bytes": 4096 if fio else 1514,
            "fragments": 0 if fio else 1, "depth": 1 if fio else 0, "cpus": [0], "pace_ns": 0,
            "ops": 2000, "errors": 0, "elapsed_ns": 2000 * time,
            "cpu": {"user_ns": 2000000, "system_ns": 6000000} if fio else None,
            "measures": measures, "counters": [], "counted": calls(on), "sampling": None}


def traffic_of(result, boot, noise):
    fio = result["device"]["label"] == "nvme"
    attach = None
    if result["mode"] == "kdump":
        attach = {"entries": 1, "overlaps": 0, "atomic": 0, "failed": 0, "thread": "kworker/0:1",
                  "stack": "iommu_deferred_attach < iommu_dma_map_page < nvme_map_data"}
    return {"driver": "nvme" if fio else "e1000e", "node": "nvme0n1" if fio else "eth0",
            "peer": None, "tool_version": "fio-3.33" if fio else "2.75", "attach": attach,
            "loads": [load_of(result, boot, noise)]}


def main():
    source, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    paths = sorted(path for path in source.glob("boot*/*.json"))
    for path in paths:
        result = json.loads(path.read_text(encoding="ascii"))
        boot = int(path.parent.name.removeprefix("boot")) - 1
        result["traffic"] = traffic_of(result, boot, "noise" in sys.argv)
        if "alone" in sys.argv:
            result["cells"] = []
        copy = target / path.parent.name / path.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(json.dumps(result), encoding="ascii")
    print(f"{len(paths)} results")


main()
