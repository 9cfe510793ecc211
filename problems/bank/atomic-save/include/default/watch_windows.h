/* Windows: what Win32 and the C library ask of the kernel passes through kernelbase.dll's table of
 * ntdll's functions; ours are put there. MoveFileEx's promise to write through is not seen below it,
 * so that one is looked at where the program itself calls it. */
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>
#include <winternl.h>

enum { HANDLES_MAX = 4096, READER_MS = 150 };
#define STATUS_OF_FULL ((NTSTATUS)0xC000007F)
#define STATUS_OF_BROKEN ((NTSTATUS)0xC0000185)
enum { RENAME = 10, LINK = 11, DISPOSITION = 13, END_OF_FILE = 20, DISPOSITION_EX = 64, RENAME_EX = 65, LINK_EX = 72 };

typedef NTSTATUS(NTAPI *create_file)(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, IO_STATUS_BLOCK *, LARGE_INTEGER *, ULONG, ULONG, ULONG, ULONG, void *, ULONG);
typedef NTSTATUS(NTAPI *open_file)(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, IO_STATUS_BLOCK *, ULONG, ULONG);
typedef NTSTATUS(NTAPI *write_file)(HANDLE, HANDLE, void *, void *, IO_STATUS_BLOCK *, const void *, ULONG, LARGE_INTEGER *, ULONG *);
typedef NTSTATUS(NTAPI *flush_file)(HANDLE, IO_STATUS_BLOCK *);
typedef NTSTATUS(NTAPI *set_information)(HANDLE, IO_STATUS_BLOCK *, void *, ULONG, ULONG);
typedef NTSTATUS(NTAPI *query_information)(HANDLE, IO_STATUS_BLOCK *, void *, ULONG, ULONG);
typedef NTSTATUS(NTAPI *delete_file)(OBJECT_ATTRIBUTES *);
typedef NTSTATUS(NTAPI *create_section)(HANDLE *, ACCESS_MASK, const OBJECT_ATTRIBUTES *, const LARGE_INTEGER *, ULONG, ULONG, HANDLE);
typedef BOOL(WINAPI *move_file_w)(const wchar_t *, const wchar_t *, DWORD);
typedef BOOL(WINAPI *move_file_a)(const char *, const char *, DWORD);

static create_file real_create;
static open_file real_open;
static write_file real_write;
static flush_file real_flush;
static set_information real_set;
static query_information real_query;
static delete_file real_delete;
static create_section real_section;
static move_file_w real_move_w;
static move_file_a real_move_a;

static int watching, moves_through; /* moves_through: within a MoveFileEx that writes through */
static unsigned char writes_through[HANDLES_MAX];
static HANDLE reader_handle = INVALID_HANDLE_VALUE;

static int make_directory(const char *name) { return CreateDirectoryA(name, NULL) ? 0 : -1; }

static unsigned index_of(HANDLE handle) { return (unsigned)((uintptr_t)handle / 4) % HANDLES_MAX; }

/* A file's number, and whether it is a directory; 0 for what is no file. */
static uint64_t file_number(HANDLE handle, int *directory) {
  BY_HANDLE_FILE_INFORMATION info;
  if (GetFileType(handle) != FILE_TYPE_DISK || !GetFileInformationByHandle(handle, &info)) return 0;
  *directory = (info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
  return (uint64_t)info.nFileIndexHigh << 32 | info.nFileIndexLow;
}

static const char *narrow(const wchar_t *text, size_t bytes) {
  static char path[1024];
  int length = WideCharToMultiByte(CP_UTF8, 0, text, (int)(bytes / sizeof(wchar_t)), path, sizeof path - 1, NULL, NULL);
  path[length < 0 ? 0 : length] = '\0';
  for (char *c = path; *c != '\0'; c++)
    if (*c == '\\') *c = '/';
  return path;
}

/* The last part of a path; "elsewhere" for one that is not in the file's own directory. */
static const char *name_of(const char *path) {
  const char *inside = strstr(path, "data/");
  if (inside == NULL || strchr(inside + 5, '/') != NULL || inside[5] == '\0') return "elsewhere";
  return as_word(inside + 5);
}

static const char *name_in(const OBJECT_ATTRIBUTES *attributes) {
  return name_of(narrow(attributes->ObjectName->Buffer, attributes->ObjectName->Length));
}

static void log_open(HANDLE handle, const OBJECT_ATTRIBUTES *attributes, ULONG_PTR outcome, ULONG options) {
  int directory = 0;
  uint64_t number = file_number(handle, &directory);
  if (number == 0) return;
  writes_through[index_of(handle)] = (options & 0x2u) != 0; /* FILE_WRITE_THROUGH */
  const char *name = name_in(attributes);
  if (directory || strcmp(name, "elsewhere") == 0) return;
  note("open %s %" PRIu64 " %d\n", name, number, outcome == 2); /* FILE_CREATED */
  if (outcome == 0 || outcome == 3) note("truncate %" PRIu64 " 0\n", number); /* superseded, overwritten */
}

static NTSTATUS NTAPI our_create(HANDLE *handle, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes, IO_STATUS_BLOCK *io, LARGE_INTEGER *size, ULONG file_attributes, ULONG sharing, ULONG disposition, ULONG options, void *extended, ULONG length) {
  NTSTATUS status = real_create(handle, access, attributes, io, size, file_attributes, sharing, disposition, options, extended, length);
  if (watching && status >= 0) {
    watching = 0;
    log_open(*handle, attributes, io->Information, options);
    if ((options & 0x1000u) != 0) note("unlink %s\n", name_in(attributes)); /* FILE_DELETE_ON_CLOSE */
    watching = 1;
  }
  return status;
}

static NTSTATUS NTAPI our_open(HANDLE *handle, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes, IO_STATUS_BLOCK *io, ULONG sharing, ULONG options) {
  NTSTATUS status = real_open(handle, access, attributes, io, sharing, options);
  if (watching && status >= 0) {
    watching = 0;
    log_open(*handle, attributes, 1, options);
    watching = 1;
  }
  return status;
}

static NTSTATUS NTAPI our_write(HANDLE handle, HANDLE event, void *routine, void *context, IO_STATUS_BLOCK *io, const void *bytes, ULONG length, LARGE_INTEGER *where, ULONG *key) {
  int directory = 0;
  uint64_t number = 0;
  LARGE_INTEGER offset = {{0, 0}};
  if (watching) {
    watching = 0;
    number = file_number(handle, &directory);
    if (number != 0) {
      if (fault_is("full") && written_bytes + length > now.new_size / 2) {
        note("failed write\n");
        watching = 1;
        io->Status = STATUS_OF_FULL;
        io->Information = 0;
        return STATUS_OF_FULL;
      }
      IO_STATUS_BLOCK ignored;
      if (where != NULL && where->QuadPart >= 0) offset = *where;
      else if (where != NULL && where->LowPart == 0xFFFFFFFFu && where->HighPart == -1) GetFileSizeEx(handle, &offset);
      else real_query(handle, &ignored, &offset, sizeof offset, 14); /* FilePositionInformation */
    }
    watching = 1;
  }
  NTSTATUS status = real_write(handle, event, routine, context, io, bytes, length, where, key);
  if (number != 0 && status >= 0) {
    written_bytes += length;
    note("write %" PRIu64 " %" PRId64 " %lu %d %d\n", number, (int64_t)offset.QuadPart, (unsigned long)length,
           bytes_are_new((const unsigned char *)bytes, (uint64_t)offset.QuadPart, length), writes_through[index_of(handle)]);
  }
  return status;
}

static NTSTATUS NTAPI our_flush(HANDLE handle, IO_STATUS_BLOCK *io) {
  int directory = 0;
  uint64_t number = watching ? file_number(handle, &directory) : 0;
  if (number != 0 && !directory && fault_is("flush")) {
    note("failed flush\n");
    io->Status = STATUS_OF_BROKEN;
    return STATUS_OF_BROKEN;
  }
  NTSTATUS status = real_flush(handle, io);
  if (number != 0 && status >= 0) {
    if (directory) note("flushdir\n");
    else note("flush %" PRIu64 "\n", number);
  }
  return status;
}

typedef struct { ULONG flags; HANDLE root; ULONG length; wchar_t name[1]; } renaming; /* FILE_RENAME_INFORMATION */

static const char *own_name(HANDLE handle) {
  static wchar_t path[1024];
  DWORD length = GetFinalPathNameByHandleW(handle, path, 1023, 0);
  return name_of(narrow(path, length * sizeof(wchar_t)));
}

static NTSTATUS NTAPI our_set(HANDLE handle, IO_STATUS_BLOCK *io, void *information, ULONG length, ULONG kind) {
  int directory = 0;
  char before[NAME_BYTES] = "";
  uint64_t number = 0;
  if (watching) {
    watching = 0;
    number = file_number(handle, &directory);
    if (number != 0) snprintf(before, sizeof before, "%s", own_name(handle));
    watching = 1;
  }
  NTSTATUS status = real_set(handle, io, information, length, kind);
  if (number == 0 || status < 0) return status;
  const renaming *to = (const renaming *)information;
  if (kind == RENAME || kind == RENAME_EX) {
    const char *name = name_of(narrow(to->name, to->length));
    if (strcmp(name, "elsewhere") == 0 && to->length / sizeof(wchar_t) < NAME_BYTES && wcschr(to->name, L'\\') == NULL) name = as_word(narrow(to->name, to->length));
    note("rename %s %s %" PRIu64 " %d\n", before, name, number, moves_through || writes_through[index_of(handle)]);
  } else if (kind == LINK || kind == LINK_EX) {
    note("link %s %" PRIu64 "\n", name_of(narrow(to->name, to->length)), number);
  } else if ((kind == DISPOSITION && *(const BOOLEAN *)information) || (kind == DISPOSITION_EX && (*(const ULONG *)information & 1) != 0)) {
    note("unlink %s\n", before);
  } else if (kind == END_OF_FILE) {
    note("truncate %" PRIu64 " %" PRId64 "\n", number, (int64_t)((const LARGE_INTEGER *)information)->QuadPart);
  }
  return status;
}

static NTSTATUS NTAPI our_delete(OBJECT_ATTRIBUTES *attributes) {
  NTSTATUS status = real_delete(attributes);
  if (watching && status >= 0) note("unlink %s\n", name_in(attributes));
  return status;
}

static NTSTATUS NTAPI our_section(HANDLE *section, ACCESS_MASK access, const OBJECT_ATTRIBUTES *attributes, const LARGE_INTEGER *size, ULONG protection, ULONG flags, HANDLE file) {
  NTSTATUS status = real_section(section, access, attributes, size, protection, flags, file);
  int directory = 0;
  uint64_t number = watching && file != NULL && (protection & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE)) != 0 ? file_number(file, &directory) : 0;
  if (number != 0 && status >= 0) note("mapped %" PRIu64 "\n", number);
  return status;
}

static BOOL WINAPI our_move_w(const wchar_t *from, const wchar_t *to, DWORD flags) {
  moves_through = (flags & MOVEFILE_WRITE_THROUGH) != 0;
  BOOL done = real_move_w(from, to, flags);
  DWORD error = GetLastError();
  moves_through = 0;
  SetLastError(error);
  return done;
}

static BOOL WINAPI our_move_a(const char *from, const char *to, DWORD flags) {
  moves_through = (flags & MOVEFILE_WRITE_THROUGH) != 0;
  BOOL done = real_move_a(from, to, flags);
  DWORD error = GetLastError();
  moves_through = 0;
  SetLastError(error);
  return done;
}

/* Put `ours` where `module` looks for a function; what was there, or NULL. */
static void *hook(HMODULE module, const char *function, void *ours) {
  unsigned char *base = (unsigned char *)module;
  IMAGE_NT_HEADERS *head = (IMAGE_NT_HEADERS *)(base + ((IMAGE_DOS_HEADER *)base)->e_lfanew);
  IMAGE_DATA_DIRECTORY *table = &head->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT];
  if (table->Size == 0) return NULL;
  IMAGE_IMPORT_DESCRIPTOR *import = (IMAGE_IMPORT_DESCRIPTOR *)(base + table->VirtualAddress);
  for (; import->Name != 0; import++) {
    if (import->OriginalFirstThunk == 0) continue;
    IMAGE_THUNK_DATA *names = (IMAGE_THUNK_DATA *)(base + import->OriginalFirstThunk);
    IMAGE_THUNK_DATA *places = (IMAGE_THUNK_DATA *)(base + import->FirstThunk);
    for (; names->u1.AddressOfData != 0; names++, places++) {
      if (IMAGE_SNAP_BY_ORDINAL(names->u1.Ordinal)) continue;
      IMAGE_IMPORT_BY_NAME *by_name = (IMAGE_IMPORT_BY_NAME *)(base + names->u1.AddressOfData);
      if (strcmp((const char *)by_name->Name, function) != 0) continue;
      DWORD before;
      void *was = (void *)(uintptr_t)places->u1.Function;
      VirtualProtect(places, sizeof *places, PAGE_READWRITE, &before);
      places->u1.Function = (uintptr_t)ours;
      VirtualProtect(places, sizeof *places, before, &before);
      return was;
    }
  }
  return NULL;
}

static void install(void) {
  HMODULE base = GetModuleHandleA("kernelbase.dll"), own = GetModuleHandleA(NULL), ntdll = GetModuleHandleA("ntdll.dll");
  real_query = (query_information)(void *)GetProcAddress(ntdll, "NtQueryInformationFile");
  real_create = (create_file)hook(base, "NtCreateFile", (void *)our_create);
  real_open = (open_file)hook(base, "NtOpenFile", (void *)our_open);
  real_write = (write_file)hook(base, "NtWriteFile", (void *)our_write);
  real_flush = (flush_file)hook(base, "NtFlushBuffersFile", (void *)our_flush);
  real_set = (set_information)hook(base, "NtSetInformationFile", (void *)our_set);
  real_delete = (delete_file)hook(base, "NtDeleteFile", (void *)our_delete);
  real_section = (create_section)hook(base, "NtCreateSection", (void *)our_section);
  real_move_w = (move_file_w)hook(own, "MoveFileExW", (void *)our_move_w);
  real_move_a = (move_file_a)hook(own, "MoveFileExA", (void *)our_move_a);
  if (real_create == NULL || real_write == NULL || real_flush == NULL || real_set == NULL) exit(3);
}

static DWORD WINAPI read_for_a_while(void *unused) {
  (void)unused;
  Sleep(READER_MS);
  CloseHandle(reader_handle);
  return 0;
}

static void list_directory(void) {
  WIN32_FIND_DATAA found;
  HANDLE search = FindFirstFileA("data/*", &found);
  if (search == INVALID_HANDLE_VALUE) return;
  do
    if (strcmp(found.cFileName, ".") != 0 && strcmp(found.cFileName, "..") != 0 && strcmp(found.cFileName, file_name) != 0) note("left %.200s\n", as_word(found.cFileName));
  while (FindNextFileA(search, &found));
  FindClose(search);
}

static int watch(void) {
  int directory = 0;
  HANDLE thread = NULL, file = CreateFileA(own_path(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
  note("start %" PRIu64 " %zu %zu windows\n", file_number(file, &directory), now.old_size, now.new_size);
  CloseHandle(file);
  if (fault_is("reader")) { /* somebody who does not let others delete or replace it meanwhile */
    reader_handle = CreateFileA(own_path(), GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    thread = CreateThread(NULL, 0, read_for_a_while, NULL, 0, NULL);
  }
  install();
  watching = 1;
  if (is_bare() && !SetCurrentDirectoryA("data")) return 3;
  int result = save(path_told, new_bytes, now.new_size);
  watching = 0;
  if (is_bare() && !SetCurrentDirectoryA("..")) return 3;
  if (thread != NULL) WaitForSingleObject(thread, INFINITE);
  note("return %d\n", result == 0 ? 0 : 1);
  FILE *left = fopen(own_path(), "rb");
  note("final %s\n", which_content(left));
  if (left != NULL) fclose(left);
  list_directory();
  return 0;
}
