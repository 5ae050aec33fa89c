/* Stops its process where its memory shall be looked at: before a line that holds one of the texts of STOPS (parted by
 * semicolons) goes to standard output, and when everything of the program's own is over. SIGCONT lets it go on. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int holds(const void *text, size_t length, const char *stops) {
    while (*stops) {
        size_t part = strcspn(stops, ";");
        if (part && memmem(text, length, stops, part))
            return 1;
        stops += part + (stops[part] == ';');
    }
    return 0;
}

ssize_t write(int file, const void *text, size_t length) {
    const char *stops = getenv("STOPS");
    if (file == 1 && stops && holds(text, length, stops))
        raise(SIGSTOP);
    return syscall(SYS_write, file, text, length);
}

__attribute__((destructor)) static void over(void) {
    if (getenv("STOPS"))
        raise(SIGSTOP);
}
