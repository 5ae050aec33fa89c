/* A machine on which something is wrong: a disk that is full, fails or may only be read, and a clock that is elsewhere.
 *
 * MISHAP_ERRNO is what every write below MISHAP_PATH fails with, from the one numbered MISHAP_FROM on (counted from 1): to
 * write, to sync, to open for writing and to make a folder there; with 0 nothing fails. MISHAP_CLOCK is added to the clock, in seconds. With
 * MISHAP_LOG, whatever failed, or would have, is noted there. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static atomic_long met;

static void note(const char *path) {
    const char *log = getenv("MISHAP_LOG");
    int file = log ? (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (file < 0) return;
    syscall(SYS_write, file, path, strlen(path));
    syscall(SYS_write, file, "\n", 1);
    close(file);
}

/* Whether this write fails; errno says how. */
static int fails(const char *path) {
    const char *below = getenv("MISHAP_PATH"), *error = getenv("MISHAP_ERRNO"), *from = getenv("MISHAP_FROM");
    if (!below || !error || strncmp(path, below, strlen(below)) != 0) return 0;
    if (atomic_fetch_add(&met, 1) + 1 < (from ? atol(from) : 1)) return 0;
    note(path);
    int code = atoi(error);
    if (code) errno = code;
    return code != 0;
}

static int fails_at(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    return fails(path);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    return fails_at(fd) ? -1 : syscall(SYS_write, fd, bytes, count);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    return fails_at(fd) ? -1 : syscall(SYS_writev, fd, parts, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    return fails_at(fd) ? -1 : syscall(SYS_pwrite64, fd, bytes, count, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return pwrite64(fd, bytes, count, at); }

int fsync(int fd) { return fails_at(fd) ? -1 : (int)syscall(SYS_fsync, fd); }

int fdatasync(int fd) { return fails_at(fd) ? -1 : (int)syscall(SYS_fdatasync, fd); }

int mkdir(const char *path, mode_t mode) { return fails(path) ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode); }

static int opens(int folder, const char *path, int flags, mode_t mode) {
    if ((flags & O_ACCMODE) != O_RDONLY && fails(path)) return -1;
    return (int)syscall(SYS_openat, folder, path, flags, mode);
}

#define MODE(flags) ({ mode_t mode = 0; if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); } mode; })

int open(const char *path, int flags, ...) { return opens(AT_FDCWD, path, flags, MODE(flags)); }
int open64(const char *path, int flags, ...) { return opens(AT_FDCWD, path, flags | O_LARGEFILE, MODE(flags)); }
int openat(int folder, const char *path, int flags, ...) { return opens(folder, path, flags, MODE(flags)); }
int openat64(int folder, const char *path, int flags, ...) { return opens(folder, path, flags | O_LARGEFILE, MODE(flags)); }

static time_t shift(void) {
    const char *by = getenv("MISHAP_CLOCK");
    return by ? (time_t)atoll(by) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int told = (int)syscall(SYS_clock_gettime, clock, now);
    if (told == 0 && clock == CLOCK_REALTIME) now->tv_sec += shift();
    return told;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    int told = (int)syscall(SYS_gettimeofday, now, zone);
    if (told == 0) now->tv_sec += shift();
    return told;
}

time_t time(time_t *told) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (told) *told = now.tv_sec;
    return now.tv_sec;
}
