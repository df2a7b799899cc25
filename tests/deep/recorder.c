/* Records what a process writes below one folder, in the order in which the kernel was given it: LD_PRELOAD with
   RECORD_UNDER (the folder) and RECORD_TO (the record). tests/deep/disk.py reads it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define LAST 4096
static pthread_mutex_t in_order = PTHREAD_MUTEX_INITIALIZER;
static int32_t file_of[LAST];
static int record = -1;
static char under[PATH_MAX];

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_unlink)(const char *);

__attribute__((constructor)) static void begin(void) {
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_write = dlsym(RTLD_NEXT, "write");
  real_open = dlsym(RTLD_NEXT, "open64");
  real_close = dlsym(RTLD_NEXT, "close");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  const char *to = getenv("RECORD_TO"), *folder = getenv("RECORD_UNDER");
  if (!to || !folder) return;
  strncpy(under, folder, sizeof under - 1);
  record = real_open(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* A line of the record: kind, length of what follows, file, place, and what follows. Called in order. */
static void note(char kind, int32_t file, int64_t place, const void *bytes, uint32_t length) {
  unsigned char head[17];
  head[0] = (unsigned char)kind;
  memcpy(head + 1, &length, 4);
  memcpy(head + 5, &file, 4);
  memcpy(head + 9, &place, 8);
  if (real_write(record, head, sizeof head) < 0) abort();
  if (length && real_write(record, bytes, length) < 0) abort();
}

static int is_ours(int fd) { return record >= 0 && fd >= 0 && fd < LAST && file_of[fd]; }

static void opened(int fd, const char *path) {
  static int32_t last = 0;
  if (record < 0 || fd < 0 || fd >= LAST) return;
  pthread_mutex_lock(&in_order);
  file_of[fd] = 0;
  size_t length = strlen(under);
  if (!strncmp(path, under, length) && path[length] == '/' && !strstr(path, "-shm")) {
    file_of[fd] = ++last;
    note('o', last, 0, path + length + 1, (uint32_t)strlen(path + length + 1));
  }
  pthread_mutex_unlock(&in_order);
}

static int open_any(const char *path, int flags, mode_t mode) {
  int fd = real_open(path, flags, mode);
  opened(fd, path);
  if (is_ours(fd) && (flags & O_TRUNC)) {
    pthread_mutex_lock(&in_order);
    note('t', file_of[fd], 0, NULL, 0);
    pthread_mutex_unlock(&in_order);
  }
  return fd;
}

#define OPENS(name)                                                        \
  int name(const char *path, int flags, ...) {                             \
    va_list more;                                                          \
    va_start(more, flags);                                                 \
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0; \
    va_end(more);                                                          \
    return open_any(path, flags, mode);                                    \
  }
OPENS(open)
OPENS(open64)

int close(int fd) {
  if (fd >= 0 && fd < LAST) file_of[fd] = 0;
  return real_close(fd);
}

static ssize_t write_at(int fd, const void *bytes, size_t length, off_t place) {
  if (!is_ours(fd)) return real_pwrite(fd, bytes, length, place);
  pthread_mutex_lock(&in_order);
  ssize_t done = real_pwrite(fd, bytes, length, place);
  if (done > 0) note('w', file_of[fd], place, bytes, (uint32_t)done);
  pthread_mutex_unlock(&in_order);
  return done;
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t place) { return write_at(fd, bytes, length, place); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t place) { return write_at(fd, bytes, length, place); }

ssize_t write(int fd, const void *bytes, size_t length) {
  if (!is_ours(fd)) return real_write(fd, bytes, length);
  pthread_mutex_lock(&in_order);
  ssize_t done = real_write(fd, bytes, length);
  if (done > 0) note('w', file_of[fd], lseek(fd, 0, SEEK_CUR) - done, bytes, (uint32_t)done);
  pthread_mutex_unlock(&in_order);
  return done;
}

#define SYNCS(name)                               \
  int name(int fd) {                              \
    if (!is_ours(fd)) return real_##name(fd);     \
    pthread_mutex_lock(&in_order);                \
    int done = real_##name(fd);                   \
    if (!done) note('s', file_of[fd], 0, NULL, 0); \
    pthread_mutex_unlock(&in_order);              \
    return done;                                  \
  }
SYNCS(fsync)
SYNCS(fdatasync)

static int cut_at(int fd, off_t length) {
  if (!is_ours(fd)) return real_ftruncate(fd, length);
  pthread_mutex_lock(&in_order);
  int done = real_ftruncate(fd, length);
  if (!done) note('t', file_of[fd], length, NULL, 0);
  pthread_mutex_unlock(&in_order);
  return done;
}
int ftruncate(int fd, off_t length) { return cut_at(fd, length); }
int ftruncate64(int fd, off64_t length) { return cut_at(fd, length); }

int unlink(const char *path) {
  size_t length = strlen(under);
  if (record < 0 || strncmp(path, under, length) || path[length] != '/') return real_unlink(path);
  pthread_mutex_lock(&in_order);
  int done = real_unlink(path);
  if (!done) note('u', 0, 0, path + length + 1, (uint32_t)strlen(path + length + 1));
  pthread_mutex_unlock(&in_order);
  return done;
}
