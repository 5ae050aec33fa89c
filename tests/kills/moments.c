/* Counts the moments at which a kill matters and kills its process at the one named by KILL_AT, or at the one of the
 * changes that KILL_AT_CHANGE names: those are the same in every run, and how often something is sent is not.
 *
 * A moment is just before a call that changes a file or a folder below KILL_HOME, and just before anything is sent. One
 * count for all threads, which an injection from outside (one count a thread) does not give. With KILL_LOG each moment
 * is noted there, the last one included. With KILL_RECORD each change is written down once it has been made, with what
 * was written: enough to tell what a power cut would have left. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long met, changes;

static void note(const char *variable, const char *line, int length) {
    const char *log = getenv(variable);
    int file = log ? (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (file < 0)
        return;
    syscall(SYS_write, file, line, length);
    syscall(SYS_close, file);
}

static void moment(const char *what, const char *path) {
    const char *at = getenv("KILL_AT"), *at_change = getenv("KILL_AT_CHANGE");
    int saved = errno, is_change = strcmp(what, "send") != 0;
    long here = atomic_fetch_add(&met, 1) + 1, change = atomic_fetch_add(&changes, is_change) + is_change;
    char line[4600];
    note("KILL_LOG", line, snprintf(line, sizeof line, "%s %s\n", what, path));
    if ((at && here == atol(at)) || (at_change && is_change && change == atol(at_change)))
        syscall(SYS_kill, getpid(), SIGKILL);
    errno = saved;
}

/* Which change it was, what was done, its path, and in hex what went with it. */
static void record(const char *what, const char *path, long at, const unsigned char *bytes, size_t count) {
    int saved = errno;
    char *line = malloc(strlen(path) + 2 * count + 96);
    int length = sprintf(line, "%ld\t%s\t%s\t%ld\t", (long)atomic_load(&changes), what, path, at);
    for (size_t byte = 0; byte < count; byte++)
        length += sprintf(line + length, "%02x", bytes[byte]);
    line[length++] = '\n';
    note("KILL_RECORD", line, length);
    free(line);
    errno = saved;
}

static void record_pair(const char *what, const char *from, const char *to) {
    record(what, from, 0, (const unsigned char *)to, strlen(to));
}

static const char *path_of(int fd, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    path[length < 0 ? 0 : length] = 0;
    return path;
}

static int is_home(const char *path) {
    const char *home = getenv("KILL_HOME");
    return home && strncmp(path, home, strlen(home)) == 0;
}

static int is_socket(int fd) {
    char path[64];
    return strncmp(path_of(fd, path, sizeof path), "socket:", 7) == 0;
}

static int synced(int fd, long call) {
    char path[4096];
    int ours = is_home(path_of(fd, path, sizeof path));
    if (ours)
        moment("sync", path);
    int result = (int)syscall(call, fd);
    if (ours && result == 0)
        record("sync", path, 0, NULL, 0);
    return result;
}

int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

ssize_t write(int fd, const void *bytes, size_t count) {
    char path[4096];
    int ours = is_home(path_of(fd, path, sizeof path));
    if (ours)
        moment("write", path);
    ssize_t written = syscall(SYS_write, fd, bytes, count);
    if (ours && written > 0)
        record("write", path, (long)syscall(SYS_lseek, fd, 0, SEEK_CUR) - written, bytes, written);
    return written;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    char path[4096];
    int ours = is_home(path_of(fd, path, sizeof path));
    if (ours)
        moment("write", path);
    ssize_t written = syscall(SYS_pwrite64, fd, bytes, count, at);
    if (ours && written > 0)
        record("write", path, at, bytes, written);
    return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return pwrite64(fd, bytes, count, at); }

int ftruncate64(int fd, off64_t length) {
    char path[4096];
    int ours = is_home(path_of(fd, path, sizeof path));
    if (ours)
        moment("truncate", path);
    int result = (int)syscall(SYS_ftruncate, fd, length);
    if (ours && result == 0)
        record("truncate", path, length, NULL, 0);
    return result;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

/* Opening is a moment where it makes a file or empties one. */
static int opened(const char *path, int flags, mode_t mode) {
    int ours = is_home(path);
    int makes = ours && (flags & O_CREAT) && access(path, F_OK) != 0, empties = ours && (flags & O_TRUNC);
    if (makes || empties)
        moment("open", path);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (fd >= 0 && makes)
        record("create", path, 0, NULL, 0);
    if (fd >= 0 && empties)
        record("truncate", path, 0, NULL, 0);
    return fd;
}

#define MODE(flags, last) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, last); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open64(const char *path, int flags, ...) {
    MODE(flags, flags)
    return opened(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    MODE(flags, flags)
    return opened(path, flags, mode);
}

int mkdir(const char *path, mode_t mode) {
    int makes = is_home(path) && access(path, F_OK) != 0;
    if (makes)
        moment("mkdir", path);
    int result = (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    if (makes && result == 0)
        record("mkdir", path, 0, NULL, 0);
    return result;
}

int rename(const char *from, const char *to) {
    int ours = is_home(to);
    if (ours)
        moment("rename", to);
    int result = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (ours && result == 0)
        record_pair("rename", from, to);
    return result;
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    int ours = is_home(to);
    if (ours)
        moment("link", to);
    int result = (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
    if (ours && result == 0)
        record_pair("link", from, to);
    return result;
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlink(const char *path) {
    int takes = is_home(path) && access(path, F_OK) == 0;
    if (takes)
        moment("unlink", path);
    int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (takes && result == 0)
        record("unlink", path, 0, NULL, 0);
    return result;
}

ssize_t send(int fd, const void *bytes, size_t count, int flags) {
    if (is_socket(fd))
        moment("send", "-");
    return syscall(SYS_sendto, fd, bytes, count, flags, NULL, 0);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (is_socket(fd))
        moment("send", "-");
    return syscall(SYS_writev, fd, parts, count);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    if (is_socket(fd))
        moment("send", "-");
    return syscall(SYS_sendmsg, fd, message, flags);
}
