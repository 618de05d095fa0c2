#include <stdint.h>
static const volatile uint32_t serial = 0xAAAAAAAA;
const volatile uint32_t unique = 0xCCCCCCCC;
uint32_t from_b(void);
void reset(void) {
    for (;;) {
        (void)(serial + unique + from_b());
    }
}
