/* Stands in Wine's own wineboot.exe, which the first program of a prefix waits for. That one starts
 * the services of Windows (0.3 s, with CPU time after it) which no judged program needs, and they
 * end some seconds after the last program: so Wine's start took 25 ms or 0.3 s, as it happened.
 * With this it takes the same each time. */
#include <windows.h>

int main(void) {
  HANDLE booted = CreateEventW(NULL, TRUE, FALSE, L"__wineboot_event");
  return booted != NULL && SetEvent(booted) ? 0 : 1;
}
