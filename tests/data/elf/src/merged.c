/* Three input sections that the linker script merges into one output section. */
#include <stdint.h>
__attribute__((section(".SN"), used)) const volatile uint8_t serial_number[12] = "SN-000000000";
__attribute__((section(".PN"), used)) const volatile uint8_t part_number[8] = "PN-00000";
__attribute__((section(".FW"), used)) const volatile uint32_t firmware_version = 0x00010203;
void reset(void) {
    for (;;) {}
}
