// What fuzz targets use to say that something must hold: stops at once, also in builds without assert.
#pragma once

#include <cstdio>
#include <cstdlib>

#define TINCAN_MUST(condition)                                                                                         \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      std::fprintf(stderr, "%s:%d: must hold: %s\n", __FILE__, __LINE__, #condition);                                  \
      std::abort();                                                                                                    \
    }                                                                                                                  \
  } while (false)
