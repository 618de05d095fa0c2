#include <stdint.h>
static const volatile uint32_t serial = 0xBBBBBBBB;
uint32_t from_b(void) { return serial; }
