#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports for programs, read by other programs than those that wrote them.

Usage: formats.py csv REPORT.csv REPORT.json
       formats.py kcidb REPORT.kcidb REPORT.json
       formats.py ktap REPORT.ktap REPORT.json KUNIT-FOLDER

Each compares a report with the JSON of the same results and prints what it
found; a difference ends it with a message.
"""
import csv
import json
import re
import sys

ARMS = ("base", "patched", "always-lock", "placebo")


def fail(text):
    sys.exit(text)


def equal(what, got, want):
    if got != want:
        fail(f"{what}: {got!r}, not {want!r}")


def rows_of(report):
    for section in report["sections"]:
        for row in section["rows"]:
            yield section, row


def loads_of(report):
    for section in report["sections"]:
        for row in section.get("traffic", ()):
            yield section, row


# --- csv --------------------------------------------------------------------

def number(text):
    return float(text) if text else None


def expected_records(report):
    """Per row and arm min, p50, p99 and, where a tick is an instruction, total."""
    for section, row in rows_of(report):
        for arm in ARMS:
            side = row["arms"][arm]
            if side is None:
                continue
            for statistic in ("min", "p50", "p99") + (() if row["timed"] else ("total",)):
                yield section, row, arm, side, statistic


def check_exact(record, row, arm, side, statistic):
    member = "sum" if statistic == "total" else statistic
    ops = 1 if statistic == "total" else row["ops_per_sample"]
    equal("value", number(record["value"]), side["statistics"][member] / ops)
    if arm == "base":
        equal("difference of base", record["difference"], "")
        return
    difference = side["minus_base"][member] / ops
    base = side["statistics"][member] / ops - difference
    equal("difference", number(record["difference"]), difference)
    equal("base", number(record["base"]), base)
    if base and abs(number(record["percent"]) - 100 * difference / base) > 1e-9:
        fail(f"{record['percent']} is not the percentage of {difference} in {base}")


def check_record(record, section, row, arm, side, statistic):
    for name, value in (("mode", section["mode"]), ("pci", section["pci"]),
                        ("device", section["label"]), ("iommu", section["iommu"]),
                        ("op", row["op"]), ("phase", row["phase"]),
                        ("method", row["method"]), ("arm", arm),
                        ("direction", row["direction"] or ""),
                        ("layout", row["layout"] or ""),
                        ("attrs", " ".join(row["attrs"])),
                        ("statistic", statistic), ("forced", "no"),
                        ("verdict", "" if arm == "base" else side["verdict"])):
        equal(name, record[name], value)
    for name, value in (("bytes", row["bytes"]), ("entries", row["entries"]),
                        ("workers", row["workers"]), ("boots", side["boots"]),
                        ("samples", side["statistics"]["count"])):
        equal(name, number(record[name]), value)
    equal("unit", record["unit"], ("ticks" if row["timed"] else "instructions") +
          ("" if statistic == "total" else "/op"))
    if not row["timed"]:
        check_exact(record, row, arm, side, statistic)


def expected_loads(report):
    """Per row of real traffic and arm min, p50, p99, and what is predicted of a judged one."""
    for section, row in loads_of(report):
        for arm in ARMS:
            side = row["arms"][arm]
            if side is None:
                continue
            for statistic in ("min", "p50", "p99"):
                yield section, row, arm, side, statistic
            if arm != "base" and row["judged"] and side["predicted"] is not None:
                yield section, row, arm, side, "predicted"
                yield section, row, arm, side, "unexplained"


def median(values):
    values = sorted(values)
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2


def check_load(record, section, row, arm, side, statistic):
    engine = f" {row['engine']}" if row["engine"] else ""
    for name, value in (("mode", section["mode"]), ("pci", section["pci"]),
                        ("op", row["op"]), ("phase", row["measure"]),
                        ("method", row["tool"] + engine), ("arm", arm),
                        ("statistic", statistic), ("forced", "no"),
                        ("reached", "yes" if row["reached"] else "no"),
                        ("unit", ("ns" if row["timed"] else "instructions") + "/op"),
                        ("verdict", "" if arm == "base" else side["verdict"])):
        equal(name, record[name], value)
    for name, value in (("bytes", row["bytes"]), ("entries", row["fragments"]),
                        ("live", row["depth"]), ("workers", len(row["cpus"])),
                        ("boots", side["boots"]), ("calls_per_op", row["checks"])):
        equal(name, number(record[name]), value)
    if statistic in side["per_boot"]:
        value = median(side["per_boot"][statistic])
        if abs(number(record["value"]) - value) > 1e-12 * value:
            fail(f"value: {record['value']}, not {value}")
        if arm != "base" and statistic == row["statistic"]:
            if abs(number(record["difference"]) - side["minus_base"]) > 1e-9:
                fail(f"difference: {record['difference']}, not {side['minus_base']}")
            if row["judged"] and not row["timed"]:
                equal("floor", number(record["margin"]), row["floor"])
    else:
        equal(statistic, number(record["difference"]), side[statistic])
        equal("value", record["value"], "")


def check_csv(path, report):
    with open(path, newline="", encoding="ascii") as file:
        records = list(csv.DictReader(file, strict=True))
    want, loads = list(expected_records(report)), list(expected_loads(report))
    equal("records", len(records), len(want) + len(loads))
    for record in records:
        equal("fields without a name", record.get(None), None)
    for record, (section, row, arm, side, statistic) in zip(records, want):
        check_record(record, section, row, arm, side, statistic)
    for record, (section, row, arm, side, statistic) in zip(records[len(want):], loads):
        check_load(record, section, row, arm, side, statistic)
    print(f"{len(records)} records as in the JSON")


# --- kcidb ------------------------------------------------------------------
# What kcidb_io/schema/v05_03.py of https://github.com/kernelci/kcidb-io asks of
# the fields that can stand in such a report, in this test's own words.

TEXT = re.compile(r"[^\0]*")
ORIGIN = re.compile(r"[a-z0-9_]+")
ID = re.compile(r"[a-z0-9_]+:[^\0]*")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
STATUS = re.compile("FAIL|ERROR|MISS|PASS|DONE|SKIP")
PATH = re.compile(r"([a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*)?")
EXCERPT = re.compile(r"[^\0]{0,16384}")
NUMBER = {"value!": float, "unit": TEXT, "prefix": re.compile("metric|binary")}
ENVIRONMENT = {"compatible": list, "comment": TEXT, "misc": dict}
CHECKOUT = {"id!": ID, "origin!": ORIGIN, "tree_name": TEXT, "git_commit_hash":
            re.compile("[0-9a-f]{40}"), "git_commit_name": TEXT,
            "patchset_hash": re.compile("|[0-9a-f]{64}"), "comment": TEXT,
            "start_time": TIME, "log_excerpt": EXCERPT, "valid": bool, "misc": dict}
BUILD = {"id!": ID, "origin!": ORIGIN, "checkout_id!": ID, "comment": TEXT,
         "start_time": TIME, "duration": float, "architecture": re.compile("[a-z0-9_]*"),
         "command": TEXT, "compiler": TEXT, "config_name": TEXT, "log_excerpt": EXCERPT,
         "status": STATUS, "misc": dict}
TEST = {"id!": ID, "origin!": ORIGIN, "build_id!": ID, "path": PATH, "comment": TEXT,
        "log_excerpt": EXCERPT, "status": STATUS, "number": NUMBER, "start_time": TIME,
        "duration": float, "environment": ENVIRONMENT, "misc": dict}


def no_null(value, where):
    if value is None:
        fail(f"{where} is null")
    items = value.items() if isinstance(value, dict) else \
        enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        no_null(item, f"{where}.{name}")


def check_value(value, kind, where):
    if isinstance(kind, dict):
        check_object(value, kind, where)
    elif isinstance(kind, re.Pattern):
        if not isinstance(value, str) or not kind.fullmatch(value):
            fail(f"{where} is {value!r}")
    elif kind is float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            fail(f"{where} is {value!r}")
    elif not isinstance(value, kind):
        fail(f"{where} is {value!r}")


def check_object(value, fields, where):
    known = {name.rstrip("!"): kind for name, kind in fields.items()}
    if not isinstance(value, dict):
        fail(f"{where} is no object")
    for name in fields:
        if name.endswith("!") and name[:-1] not in value:
            fail(f"{where} has no {name[:-1]}")
    for name in value:
        if name not in known:
            fail(f"{where} has the unknown field {name}")
        check_value(value[name], known[name], f"{where}.{name}")


STATUSES = {"EQUIVALENT": "PASS", "IMPROVED": "PASS", "REGRESSED": "FAIL", "INVALID": "ERROR",
            "INCONCLUSIVE": "DONE", "NOT REACHED": "DONE", "NOT JUDGED": "DONE"}


def check_rows(tests, report):
    """A test of base and one of patched per row, after the overall one; loads come last."""
    rows = list(rows_of(report)) + list(loads_of(report))
    want = [(row, arm) for _, row in rows for arm in ("base", "patched") if row["arms"][arm]]
    equal("overall status", tests[0]["status"], STATUSES[report["verdict"]])
    equal("tests of rows", len(tests) - 1, len(want))
    for test, (row, arm) in zip(tests[1:], want):
        side = row["arms"][arm]
        equal("arm", test["misc"]["arm"], arm)
        equal("status", test["status"],
              "DONE" if arm == "base" else STATUSES[side["verdict"]])
        if "measure" in row:
            equal("value", test["number"]["value"], side["value"])
            equal("predicted", test["misc"].get("predicted"), side.get("predicted"))
        elif not row["timed"]:
            equal("value", test["number"]["value"],
                  side["statistics"]["p50"] / row["ops_per_sample"])


def check_kcidb(path, report):
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    no_null(data, "report")
    equal("members", sorted(data), ["builds", "checkouts", "tests", "version"])
    equal("version", data["version"], {"major": 5, "minor": 3})
    for name, fields in (("checkouts", CHECKOUT), ("builds", BUILD), ("tests", TEST)):
        ids = [item["id"] for item in data[name]]
        equal(f"{name} with an id of their own", len(set(ids)), len(ids))
        for i, item in enumerate(data[name]):
            check_object(item, fields, f"{name}[{i}]")
            equal("origin of the id", item["id"].split(":")[0], item["origin"])
    links = (("builds", "checkout_id", "checkouts"), ("tests", "build_id", "builds"))
    for name, link, target in links:
        known = {item["id"] for item in data[target]}
        for item in data[name]:
            if item[link] not in known:
                fail(f"{name}: {item[link]} is none of the {target}")
    equal("builds", len(data["builds"]), 2)
    check_rows(data["tests"], report)
    print(f"{len(data['tests'])} tests, every field as in schema 5.3")


# --- ktap -------------------------------------------------------------------

OK = {"EQUIVALENT": "SUCCESS", "IMPROVED": "SUCCESS", "REGRESSED": "FAILURE",
      "INVALID": "FAILURE"}


def check_plans(lines):
    """Under every version line a plan, and as many results, numbered from 1."""
    open_plans = []
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        text = line.strip()
        if text == "KTAP version 1":
            open_plans.append([indent, None, 0])
        elif re.fullmatch(r"1\.\.\d+", text):
            open_plans[-1][1] = int(text[3:])
        elif re.match("(not )?ok ", text):
            while open_plans[-1][0] > indent:
                equal("results of a plan", open_plans[-1][2], open_plans[-1][1])
                open_plans.pop()
            open_plans[-1][2] += 1
            equal("number of a result", int(re.search(r"\d+", text)[0]), open_plans[-1][2])
        elif not text.startswith("# "):
            fail(f"neither plan, result nor diagnostic: {line}")
    equal("results of the first plan", open_plans[0][2], open_plans[0][1])


def check_ktap(path, report, kunit):
    sys.path.insert(0, kunit)
    # the kernel's own parser
    import kunit_parser  # pylint: disable=import-error,import-outside-toplevel
    with open(path, encoding="ascii") as file:
        lines = file.read().splitlines()
    check_plans(lines)
    test = kunit_parser.parse_run_tests(lines)
    equal("errors of the parser", test.counts.errors, 0)
    equal("subtests", len(test.subtests), len(report["sections"]) + 1)
    for sub, section in zip(test.subtests, report["sections"]):
        rows = section["rows"] + section.get("traffic", [])
        equal("tests of a section", len(sub.subtests), len(rows))
        for result, row in zip(sub.subtests, rows):
            equal(result.name, result.status.name,
                  OK.get(row["arms"]["patched"]["verdict"], "SKIPPED"))
    equal("overall", test.subtests[-1].status.name, OK.get(report["verdict"], "SKIPPED"))
    print(test.counts)


def main():
    with open(sys.argv[3], encoding="utf-8") as file:
        report = json.load(file)
    if sys.argv[1] == "csv":
        check_csv(sys.argv[2], report)
    elif sys.argv[1] == "kcidb":
        check_kcidb(sys.argv[2], report)
    else:
        check_ktap(sys.argv[2], report, sys.argv[4])


main()
