/* Loaded before all else, it moves a process's wall clock by the milliseconds that a file holds. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile const long long *moved_ms;

__attribute__((constructor)) static void open_the_file(void) {
  const char *path = getenv("LAB_CLOCK");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *at = mmap(NULL, sizeof *moved_ms, PROT_READ, MAP_SHARED, file, 0);
  if (at != MAP_FAILED) moved_ms = at;
  close(file);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int failed = (int)syscall(SYS_clock_gettime, clock, now);
  int is_wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  if (failed || !moved_ms || !is_wall) return failed;
  long long moved = *moved_ms, nanoseconds = now->tv_nsec + moved % 1000 * 1000000;
  now->tv_sec += moved / 1000;
  if (nanoseconds >= 1000000000) now->tv_sec += 1, nanoseconds -= 1000000000;
  if (nanoseconds < 0) now->tv_sec -= 1, nanoseconds += 1000000000;
  now->tv_nsec = nanoseconds;
  return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec exact;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &exact)) return -1;
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *at) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (at) *at = exact.tv_sec;
  return exact.tv_sec;
}
