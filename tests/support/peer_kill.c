/* Counts the moments at which a kill matters and kills its process at the one named by KILL_AT.
 *
 * A moment is just before a write to a file below KILL_STATE, before any sync, rename or removal, and before anything
 * is sent. One count for all threads, which an injection from outside (one count a thread) does not give.
 * With KILL_LOG each moment is noted there, the last one included. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long met;

static void moment(const char *what, const char *path) {
    const char *at = getenv("KILL_AT"), *log = getenv("KILL_LOG");
    long here = atomic_fetch_add(&met, 1) + 1;
    int saved = errno;
    if (log) {
        char line[4600];
        int length = snprintf(line, sizeof line, "%ld %s %s\n", here, what, path);
        int file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (file >= 0) {
            syscall(SYS_write, file, line, length);
            close(file);
        }
    }
    if (at && here == atol(at))
        syscall(SYS_kill, getpid(), SIGKILL);
    errno = saved;
}

static const char *path_of(int fd, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    path[length < 0 ? 0 : length] = 0;
    return path;
}

static void sync_moment(int fd) {
    char path[4096];
    moment("sync", path_of(fd, path, sizeof path));
}

static int is_state(const char *path) {
    const char *state = getenv("KILL_STATE");
    return state && strncmp(path, state, strlen(state)) == 0;
}

int fsync(int fd) {
    sync_moment(fd);
    return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
    sync_moment(fd);
    return (int)syscall(SYS_fdatasync, fd);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    char path[4096];
    if (is_state(path_of(fd, path, sizeof path)))
        moment("write", path);
    return syscall(SYS_write, fd, bytes, count);
}

int rename(const char *from, const char *to) {
    moment("rename", to);
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path) {
    moment("unlink", path);
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

ssize_t send(int fd, const void *bytes, size_t count, int flags) {
    moment("send", "-");
    return syscall(SYS_sendto, fd, bytes, count, flags, NULL, 0);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    char path[4096];
    if (strncmp(path_of(fd, path, sizeof path), "socket:", 7) == 0)
        moment("send", "-");
    return syscall(SYS_writev, fd, parts, count);
}
