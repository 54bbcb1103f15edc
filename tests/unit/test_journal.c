// SPDX-License-Identifier: GPL-2.0-or-later
/* A journal: whole records only, whatever moment the power went. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/journal.h"
#include "tree.h"

static struct dmafp_err err;

static char *where(void)
{
	return tree_path("journal");
}

static void append(int number)
{
	struct dmafp_journal journal;
	char *path = where();

	assert_int_equal(dmafp_journal_open(&journal, path, false, &err), 0);
	assert_int_equal(dmafp_journal_append(&journal, json_pack("{s:i}", "n", number), &err),
			 0);
	dmafp_journal_close(&journal);
	free(path);
}

/* The numbers of all records, as "1 2 3 " */
static void holds(const char *expected)
{
	char *path = where(), text[256] = "";
	json_t *records = dmafp_journal_read(path, &err), *record;
	size_t i;

	assert_non_null(records);
	json_array_foreach(records, i, record)
		sprintf(text + strlen(text), "%d ",
			(int)json_integer_value(json_object_get(record, "n")));
	assert_string_equal(text, expected);
	json_decref(records);
	free(path);
}

static void grows(void **state)
{
	(void)state;
	holds("");
	append(1);
	append(2);
	holds("1 2 ");
}

static void every_cut(void **state)
{
	char *path = where();
	struct stat st;

	(void)state;
	tree_drop("journal");
	append(1);
	assert_int_equal(stat(path, &st), 0);
	for (off_t len = st.st_size; len >= 0; len--) {
		tree_drop("journal");
		append(1);
		append(2);
		/* of the second line some bytes are left, from all to none */
		assert_int_equal(truncate(path, st.st_size + len), 0);
		holds(len == st.st_size ? "1 2 " : "1 ");
		append(3);
		holds(len == st.st_size ? "1 2 3 " : "1 3 ");
	}
	free(path);
}

static void no_record(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		static const char *const texts[] = { "{\"n\":1}\nword\n", "[1]\n", "\n" };
		char *path = where();

		tree_put("journal", texts[i]);
		assert_null(dmafp_journal_read(path, &err));
		assert_int_equal(err.exit, DMAFP_EXIT_DATA);
		assert_non_null(strstr(err.msg, i ? "line 1 " : "line 2 "));
		free(path);
	}
	tree_drop("journal");
}

static void one_at_a_time(void **state)
{
	struct dmafp_journal one, two;
	char *path = where();

	(void)state;
	assert_int_equal(dmafp_journal_open(&one, path, false, &err), 0);
	assert_int_equal(dmafp_journal_open(&two, path, false, &err), -EBUSY);
	dmafp_journal_close(&one);
	assert_int_equal(dmafp_journal_open(&two, path, false, &err), 0);
	dmafp_journal_close(&two);
	free(path);
}

/* A child whose files may not grow: what did not fit is not there in part. */
static void no_room(void **state)
{
	struct dmafp_journal journal;
	char *path = where();
	int status;

	(void)state;
	tree_drop("journal");
	append(1);
	if (!fork()) {
		struct rlimit limit = { 12, 12 };

		signal(SIGXFSZ, SIG_IGN);
		if (dmafp_journal_open(&journal, path, false, &err) ||
		    setrlimit(RLIMIT_FSIZE, &limit))
			_exit(1);
		_exit(dmafp_journal_append(&journal, json_pack("{s:i}", "n", 2), &err) ? 0 :
											 2);
	}
	assert_true(wait(&status) > 0);
	assert_int_equal(status, 0);
	holds("1 ");
	append(3);
	holds("1 3 ");
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows),	cmocka_unit_test(every_cut),
		cmocka_unit_test(no_record),	cmocka_unit_test(one_at_a_time),
		cmocka_unit_test(no_room),
	};

	return cmocka_run_group_tests(tests, tree_make, tree_remove);
}
