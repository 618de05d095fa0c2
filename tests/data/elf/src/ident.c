/* What a unit's identity looks like in firmware, in the ways people declare it. */
#include <stdint.h>

typedef struct {
    uint32_t magic;
    uint32_t serial;
    uint8_t mac[6];
    uint16_t crc;
} ident_t;

/* With a section of its own: it stays in flash. */
__attribute__((section(".nameplate"), used)) const volatile ident_t ident = {
    0x4E504C54, 0xFFFFFFFF, {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, 0xFFFF};

/* Without: GCC puts it into .data, whose bytes lie in flash and are copied to RAM. */
const volatile uint32_t serial = 0xFFFFFFFF;
volatile uint16_t offset_mv = 0x1234;

/* No bytes in the file. */
volatile uint32_t counter;

void reset(void) {
    for (;;) {
        counter += serial + offset_mv + ident.serial;
    }
}
