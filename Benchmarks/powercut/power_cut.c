// Loaded before a program, it writes down in order everything that the program changes below one folder: the journal of
// power-cut.py; journal.py beside this file says what a record means.
//
//     cc -std=gnu11 -O1 -fPIC -shared -o power_cut.so power_cut.c -ldl
//     POWER_CUT_ROOT=/a/folder POWER_CUT_JOURNAL=/a/file LD_PRELOAD=./power_cut.so program
//
// A change and its record happen under one lock, so that the journal has the order in which the changes took place.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATE = 1, WRITE, TRUNCATE, SYNC, RENAME, UNLINK, LINK, SAID, MAPPED };
enum { IS_FILE, IS_FOLDER, IS_SYMLINK, IS_EVERYTHING = 3 };
enum { DESCRIPTORS = 65536, JOURNAL_DESCRIPTOR = 900 };

typedef struct __attribute__((packed)) {
    uint32_t size;
    uint8_t kind, flag;
    uint16_t zero;
    uint64_t inode;
    int64_t offset;
    uint32_t first, second;
} header;

static char root[PATH_MAX];
static size_t root_length;
static int journal = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
// The inode behind each descriptor of a file or folder below the root; 0 of all others.
static _Atomic uint64_t tracked[DESCRIPTORS];

#define NEXT(name) \
    static __typeof__(&name) next; \
    if (!next) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
// Where off_t has 64 bits, both names of a function are one.
#define ALSO(name, other) extern __typeof__(other) name __attribute__((alias(#other)))
_Static_assert(sizeof(off_t) == sizeof(off64_t), "a system of 64 bits");

__attribute__((constructor)) static void start(void) {
    const char *folder = getenv("POWER_CUT_ROOT"), *file = getenv("POWER_CUT_JOURNAL");
    if (!folder || !file || !realpath(folder, root)) return;
    int opened = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (opened < 0) return;
    journal = fcntl(opened, F_DUPFD_CLOEXEC, JOURNAL_DESCRIPTOR);
    close(opened);
    root_length = strlen(root);
    // A line counts as said once it is printed, as on a terminal.
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
}

// Appends a record whole: processes that were started by the program share the file.
static void note(int kind, int flag, uint64_t inode, int64_t offset, const void *first, size_t first_size, const void *second,
                 size_t second_size) {
    if (journal < 0) return;
    uint32_t sizes[] = {(uint32_t)first_size, (uint32_t)second_size}, size = (uint32_t)sizeof(header) + sizes[0] + sizes[1];
    header head = {size, (uint8_t)kind, (uint8_t)flag, 0, inode, offset, sizes[0], sizes[1]};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)first, first_size}, {(void *)second, second_size}};
    static ssize_t (*next)(int, const struct iovec *, int);
    if (!next) next = (__typeof__(next))dlsym(RTLD_NEXT, "writev");
    // A journal with a gap would prove nothing.
    if (next(journal, parts, 3) != (ssize_t)head.size) _exit(125);
}

static void note_path(int kind, int flag, uint64_t inode, const char *path, const char *second) {
    note(kind, flag, inode, 0, path, strlen(path), second, strlen(second));
}

static void begin(void) { pthread_mutex_lock(&lock); }

// Ends a change and hands its result on. Where the change has failed, nothing since has touched errno.
static ssize_t end_with(ssize_t result) {
    pthread_mutex_unlock(&lock);
    return result;
}
#define end(result) ((__typeof__(result))end_with((ssize_t)(result)))

// MARK: Which files

static bool is_below(const char *path) {
    return root_length && strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

// Where a descriptor leads.
static bool path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return false;
    path[length] = 0;
    return true;
}

// The whole path of a name: links in the folders are followed, a link of that name is not. False where it is not below the root.
static bool resolve(int folder, const char *name, char *path) {
    if (journal < 0 || !name) return false;
    char whole[2 * PATH_MAX], parent[PATH_MAX] = "";
    if (name[0] != '/' && !(folder == AT_FDCWD ? getcwd(parent, sizeof parent) != NULL : path_of(folder, parent))) return false;
    size_t length = (size_t)snprintf(whole, sizeof whole, "%s%s%s", parent, name[0] == '/' ? "" : "/", name);
    while (length > 1 && whole[length - 1] == '/') whole[--length] = 0;
    char *slash = strrchr(whole, '/');
    *slash = 0;
    if (!realpath(*whole ? whole : "/", parent)) return false;
    return (size_t)snprintf(path, PATH_MAX, "%s/%s", parent, slash + 1) < PATH_MAX && is_below(path);
}

static uint64_t inode_at(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 ? status.st_ino : 0;
}

static uint64_t inode_of(int fd) { return fd >= 0 && fd < DESCRIPTORS ? tracked[fd] : 0; }

static int copy(int from, int to) {
    if (from >= 0 && from < DESCRIPTORS && to >= 0 && to < DESCRIPTORS) tracked[to] = tracked[from];
    return to;
}

// Remembers a descriptor that was just opened, and what opening it changed.
static void opened(int fd, int flags, bool existed) {
    char path[PATH_MAX];
    struct stat status;
    if (fd < 0 || journal < 0 || fd >= DESCRIPTORS) return;
    tracked[fd] = 0;
    if (!path_of(fd, path) || !is_below(path) || fstat(fd, &status) != 0) return;
    tracked[fd] = S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) ? status.st_ino : 0;
    bool is_unnamed = (flags & O_TMPFILE) == O_TMPFILE;
    if (is_unnamed || (!existed && flags & O_CREAT)) {
        note_path(CREATE, IS_FILE, status.st_ino, is_unnamed ? "" : path, "");
    } else if (flags & O_TRUNC && S_ISREG(status.st_mode)) {
        note(TRUNCATE, 0, status.st_ino, 0, NULL, 0, NULL, 0);
    }
}

// MARK: Opening

typedef struct {
    bool notes, existed;
} opening;

static opening begin_opening(int folder, const char *path, int flags) {
    struct stat status;
    opening it = {journal >= 0 && flags & (O_CREAT | O_TRUNC), true};
    if (!it.notes) return it;
    begin();
    it.existed = fstatat(folder, path, &status, 0) == 0;
    return it;
}

static int end_opening(opening it, int fd, int flags) {
    int number = errno;
    opened(fd, flags, it.existed);
    if (it.notes) pthread_mutex_unlock(&lock);
    errno = number;
    return fd;
}

#define MODE \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list list; \
        va_start(list, flags); \
        mode = va_arg(list, mode_t); \
        va_end(list); \
    } \
    (void)0

int openat(int folder, const char *path, int flags, ...) {
    NEXT(openat);
    MODE;
    opening it = begin_opening(folder, path, flags);
    return end_opening(it, next(folder, path, flags, mode), flags);
}
ALSO(openat64, openat);

int open(const char *path, int flags, ...) {
    MODE;
    return openat(AT_FDCWD, path, flags, mode);
}
ALSO(open64, open);

int __open_2(const char *path, int flags) { return open(path, flags); }
ALSO(__open64_2, __open_2);
int __openat_2(int folder, const char *path, int flags) { return openat(folder, path, flags); }
ALSO(__openat64_2, __openat_2);
int creat(const char *path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
ALSO(creat64, creat);

int mkostemps(char *path, int suffix, int flags) {
    NEXT(mkostemps);
    begin();
    return end_opening((opening){true, false}, next(path, suffix, flags), O_CREAT);
}
int mkstemp(char *path) { return mkostemps(path, 0, 0); }
ALSO(mkstemp64, mkstemp);
int mkostemp(char *path, int flags) { return mkostemps(path, 0, flags); }

int close(int fd) {
    NEXT(close);
    if (fd == journal && journal >= 0) return 0;
    if (!inode_of(fd)) return next(fd);
    begin();
    tracked[fd] = 0;
    int result = next(fd);
    return end(result);
}

#define DUPLICATE(name, parameters, arguments) \
    int name parameters { \
        NEXT(name); \
        return copy(fd, next arguments); \
    }

DUPLICATE(dup, (int fd), (fd))
DUPLICATE(dup2, (int fd, int other), (fd, other))
DUPLICATE(dup3, (int fd, int other, int flags), (fd, other, flags))

int fcntl(int fd, int command, ...) {
    NEXT(fcntl);
    va_list list;
    va_start(list, command);
    void *argument = va_arg(list, void *);
    va_end(list);
    int result = next(fd, command, argument);
    return command == F_DUPFD || command == F_DUPFD_CLOEXEC ? copy(fd, result) : result;
}
ALSO(fcntl64, fcntl);

// MARK: Content

static void note_bytes(int fd, int64_t offset, const void *bytes, ssize_t count) {
    if (count > 0) note(WRITE, 0, inode_of(fd), offset, bytes, (size_t)count, NULL, 0);
}

// Notes bytes that only the file has by now; `offset` is where they end.
static void note_written(int fd, int64_t offset, ssize_t count) {
    if (count <= 0) return;
    char link[64], *bytes = malloc((size_t)count);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int again = open(link, O_RDONLY | O_CLOEXEC);
    if (again >= 0 && bytes && pread(again, bytes, (size_t)count, offset - count) == count) {
        note_bytes(fd, offset - count, bytes, count);
    }
    free(bytes);
    if (again >= 0) {
        tracked[again] = 0;
        close(again);
    }
}

static int64_t place(int fd) { return lseek(fd, 0, SEEK_CUR); }
static void note_size(int fd, int result) {
    struct stat status;
    if (result == 0 && fstat(fd, &status) == 0) note(TRUNCATE, 0, inode_of(fd), status.st_size, NULL, 0, NULL, 0);
}

static void note_sync(int flag, uint64_t inode, int result) {
    if (result == 0) note(SYNC, flag, inode, 0, NULL, 0, NULL, 0);
}

static void said(int fd, const void *bytes, ssize_t count) {
    if (count > 0) note(SAID, fd, 0, 0, bytes, (size_t)count, NULL, 0);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    NEXT(write);
    if (!inode_of(fd) && fd != 1 && fd != 2) return next(fd, bytes, count);
    begin();
    ssize_t written = next(fd, bytes, count);
    if (!inode_of(fd)) {
        said(fd, bytes, written);
    } else if (written > 0) {
        note_bytes(fd, place(fd) - written, bytes, written);
    }
    return end(written);
}

// A function that changes the file behind a descriptor, and its record.
#define CHANGE(type, name, parameters, arguments, fd, record) \
    type name parameters { \
        NEXT(name); \
        if (!inode_of(fd)) return next arguments; \
        begin(); \
        type result = next arguments; \
        record; \
        return end(result); \
    }

CHANGE(ssize_t, pwrite, (int fd, const void *bytes, size_t count, off_t offset), (fd, bytes, count, offset), fd,
       note_bytes(fd, offset, bytes, result))
ALSO(pwrite64, pwrite);
CHANGE(ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count), fd, note_written(fd, place(fd), result))
CHANGE(ssize_t, copy_file_range, (int from, off64_t *start, int to, off64_t *offset, size_t count, unsigned flags),
       (from, start, to, offset, count, flags), to, note_written(to, offset ? *offset : place(to), result))
CHANGE(ssize_t, sendfile, (int to, int from, off_t *offset, size_t count), (to, from, offset, count), to, note_written(to, place(to), result))
ALSO(sendfile64, sendfile);
CHANGE(int, ftruncate, (int fd, off_t size), (fd, size), fd, note_size(fd, result))
ALSO(ftruncate64, ftruncate);
CHANGE(int, fallocate, (int fd, int mode, off_t offset, off_t count), (fd, mode, offset, count), fd, note_size(fd, result))
ALSO(fallocate64, fallocate);
CHANGE(int, fsync, (int fd), (fd), fd, note_sync(IS_FILE, inode_of(fd), result))
CHANGE(int, fdatasync, (int fd), (fd), fd, note_sync(IS_FILE, inode_of(fd), result))
CHANGE(int, syncfs, (int fd), (fd), fd, note_sync(IS_EVERYTHING, 0, result))

// What is changed through memory has no record; the script leaves such files out of its comparison.
void *mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset) {
    NEXT(mmap);
    void *result = next(address, size, protection, flags, fd, offset);
    if (inode_of(fd) && flags & MAP_SHARED && protection & PROT_WRITE) note(MAPPED, 0, inode_of(fd), 0, NULL, 0, NULL, 0);
    return result;
}
ALSO(mmap64, mmap);

// MARK: Names

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    NEXT(renameat2);
    char source[PATH_MAX] = "", target[PATH_MAX] = "";
    bool is_source = resolve(from_folder, from, source), is_target = resolve(to_folder, to, target);
    if (!is_source && !is_target) return next(from_folder, from, to_folder, to, flags);
    begin();
    int result = next(from_folder, from, to_folder, to, flags);
    // Into the root or out of it: one of the two is empty, and the script refuses.
    if (result == 0) note_path(RENAME, (int)flags, 0, is_source ? source : "", is_target ? target : "");
    return end(result);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) { return renameat2(from_folder, from, to_folder, to, 0); }

int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

// A function that gives a name or takes it: `kind` and `flag` of its record, and what a link leads to.
#define NAMES(name, parameters, arguments, folder, path, kind, flag, target) \
    int name parameters { \
        NEXT(name); \
        char whole[PATH_MAX]; \
        if (!resolve(folder, path, whole)) return next arguments; \
        begin(); \
        int result = next arguments; \
        if (result == 0) note_path(kind, flag, inode_at(whole), whole, target); \
        return end(result); \
    }

NAMES(unlinkat, (int folder, const char *path, int flags), (folder, path, flags), folder, path, UNLINK, 0, "")
NAMES(mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode), folder, path, CREATE, IS_FOLDER, "")
NAMES(symlinkat, (const char *target, int folder, const char *path), (target, folder, path), folder, path, CREATE, IS_SYMLINK, target)
NAMES(linkat, (int from_folder, const char *from, int folder, const char *path, int flags), (from_folder, from, folder, path, flags), folder,
      path, LINK, 0, "")

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
    int result = unlink(path);
    return result && errno == EISDIR ? rmdir(path) : result;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
int symlink(const char *target, const char *path) { return symlinkat(target, AT_FDCWD, path); }
int link(const char *from, const char *path) { return linkat(AT_FDCWD, from, AT_FDCWD, path, 0); }

// MARK: Standard output

// The C library writes a stream's buffer by itself, unseen from here: what is printed counts from its newline on.
static size_t printed(const char *bytes, size_t count) {
    static char line[65536];
    static size_t length;
    for (size_t i = 0; i < count; i++) {
        if (length < sizeof line) line[length++] = bytes[i];
        if (bytes[i] != '\n' && length < sizeof line) continue;
        said(1, line, (ssize_t)length);
        length = 0;
    }
    return count;
}

size_t fwrite(const void *bytes, size_t size, size_t count, FILE *stream) {
    NEXT(fwrite);
    if (stream != stdout || journal < 0) return next(bytes, size, count, stream);
    begin();
    size_t written = next(bytes, size, count, stream);
    printed(bytes, size * written);
    return (size_t)end((ssize_t)written);
}
