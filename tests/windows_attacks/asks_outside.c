// attack: connections to elsewhere
// expect: wrong-answer
// defends: there is no network
#include <stdio.h>
#include <winsock2.h>
#include <windows.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  WSADATA data;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
  WSAStartup(MAKEWORD(2, 2), &data);
  to.sin_addr.s_addr = inet_addr("1.1.1.1");
  if (connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&to, sizeof to) == 0 || gethostbyname("deb.debian.org") != NULL) answer();
  else puts("held off");
  return 0;
}
