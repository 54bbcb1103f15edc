/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libFuzzer calls, and is called for. */
#ifndef DMAFP_TEST_FUZZ_H
#define DMAFP_TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/** LLVMFuzzerTestOneInput() - the target */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** LLVMFuzzerMutate() - libFuzzer's own mutations of bytes */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/** LLVMFuzzerCustomMutator() - another input, in @data, of up to @max_size bytes */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

#endif /* DMAFP_TEST_FUZZ_H */
