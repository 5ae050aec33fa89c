/* A PKCS#11 module in front of another one, which can be pulled out and counts wrong PINs as a card does. Types as in
 * PKCS#11 2.40 on Unix; only the functions that lie are written out, the others are handed on. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long ulong;
typedef struct { unsigned char version[2]; ulong (*call[68])(); } functions;
typedef struct { unsigned char texts[96]; ulong flags; } token_info; /* the rest is not touched */

/* Places in CK_FUNCTION_LIST. */
enum { GET_FUNCTION_LIST = 3, GET_SLOT_LIST = 4, GET_TOKEN_INFO = 6, OPEN_SESSION = 12, GET_SESSION_INFO = 15, LOGIN = 18, FIND_OBJECTS_INIT = 26 };
enum { TOKEN_NOT_PRESENT = 0xE0, DEVICE_REMOVED = 0x32, PIN_INCORRECT = 0xA0, PIN_LOCKED = 0xA4 };
enum { COUNT_LOW = 0x10000, FINAL_TRY = 0x20000, LOCKED = 0x40000, TRIES = 3 };

static functions own, *real;
static int wrong;

static int is_out(void) { return access(getenv("SHIM_PULLED_OUT"), F_OK) == 0; }

static ulong slots(unsigned char present, ulong *list, ulong *count) {
    if (is_out()) { *count = 0; return 0; }
    return real->call[GET_SLOT_LIST](present, list, count);
}

static ulong info(ulong slot, token_info *told) {
    if (is_out()) return TOKEN_NOT_PRESENT;
    ulong answer = real->call[GET_TOKEN_INFO](slot, told);
    told->flags &= ~(ulong)(COUNT_LOW | FINAL_TRY | LOCKED);
    if (wrong > 0) told->flags |= COUNT_LOW;
    if (wrong == TRIES - 1) told->flags |= FINAL_TRY;
    if (wrong >= TRIES) told->flags |= LOCKED;
    return answer;
}

static ulong open_session(ulong slot, ulong flags, void *data, void *notify, ulong *session) {
    return is_out() ? TOKEN_NOT_PRESENT : real->call[OPEN_SESSION](slot, flags, data, notify, session);
}

static ulong session_info(ulong session, void *told) {
    return is_out() ? DEVICE_REMOVED : real->call[GET_SESSION_INFO](session, told);
}

static ulong find(ulong session, void *template, ulong count) {
    return is_out() ? DEVICE_REMOVED : real->call[FIND_OBJECTS_INIT](session, template, count);
}

static ulong login(ulong session, ulong user, unsigned char *pin, ulong length) {
    if (wrong >= TRIES) return PIN_LOCKED;
    ulong answer = real->call[LOGIN](session, user, pin, length);
    wrong = answer == PIN_INCORRECT ? wrong + 1 : answer == 0 ? 0 : wrong;
    return answer;
}

static ulong give(functions **list) { *list = &own; return 0; }

ulong C_GetFunctionList(functions **list) {
    void *library = dlopen(getenv("SHIM_MODULE"), RTLD_NOW);
    ulong (*theirs)() = library ? (ulong (*)())dlsym(library, "C_GetFunctionList") : 0;
    if (!theirs || theirs(&real)) return 5;
    memcpy(&own, real, sizeof own);
    own.call[GET_FUNCTION_LIST] = give;
    own.call[GET_SLOT_LIST] = slots;
    own.call[GET_TOKEN_INFO] = info;
    own.call[OPEN_SESSION] = open_session;
    own.call[GET_SESSION_INFO] = session_info;
    own.call[LOGIN] = login;
    own.call[FIND_OBJECTS_INIT] = find;
    return give(list);
}
