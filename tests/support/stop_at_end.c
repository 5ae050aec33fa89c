/* Stops its process when everything of the program's own is over and its memory is still there, so that it can be
 * looked at. SIGCONT lets it end. */
#include <signal.h>
#include <stdlib.h>

__attribute__((destructor)) static void stop_at_end(void) {
    if (getenv("STOP_AT_END"))
        raise(SIGSTOP);
}
