/* AVR: RAM at 0x800000, EEPROM at 0x810000 of the linker's address space. */
#include <stdint.h>
volatile uint16_t gain = 0x1234;
const volatile uint32_t serial = 0xFFFFFFFF;
__attribute__((section(".eeprom"), used)) uint8_t board_id[8] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
__attribute__((section(".progmem.data"), used)) const uint8_t in_flash[4] = {1, 2, 3, 4};
volatile uint8_t in_ram;
int main(void) {
    for (;;) {
        in_ram += (uint8_t)(gain + serial);
    }
}
