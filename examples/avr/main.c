/*
 * A program that reads its own nameplate, on an 8-bit AVR (ATmega328P).
 *
 * It prints the serial number, MAC address and station number that were stamped
 * into its flash and the verdict of the two CRCs that guard them, over its
 * serial port; then it sleeps for good. README.md has the memory map.
 *
 * An AVR has two memories with addresses of their own, so that flash and RAM
 * both begin at 0. The ELF file tells them apart by adding 0x800000 to addresses
 * in RAM. What lies in flash is read by an instruction of its own, LPM.
 */
#include <stddef.h>
#include <stdint.h>

/* ---- what is stamped --------------------------------------------------- */

struct identity {
    uint8_t magic[8];   /* "NPLT-AVR"                                      */
    char    serial[12]; /* a C string: 11 characters at most, and a NUL    */
    uint8_t mac[6];     /* most significant byte first                     */
    uint8_t crc[2];     /* CRC-16 of the 26 bytes above, high byte first   */
};

_Static_assert(offsetof(struct identity, serial) == 8, "layout");
_Static_assert(offsetof(struct identity, mac) == 20, "layout");
_Static_assert(offsetof(struct identity, crc) == 26, "layout");
_Static_assert(sizeof(struct identity) == 28, "layout");

/*
 * section, used: each is needed, see ../firmware/main.c. The linker script puts
 * the section into .text: programmers and simulators of AVRs load sections by
 * name, .text and .data, and pass over others without a word. The block is only
 * read by flash_byte(), whose result the compiler cannot know.
 */
__attribute__((section(".progmem.nameplate"), used))
const struct identity nameplate = {
    .magic = { 'N', 'P', 'L', 'T', '-', 'A', 'V', 'R' },
    .serial = { [0 ... 11] = (char)0xFF },
    .mac = { [0 ... 5] = 0xFF },
    .crc = { 0xFF, 0xFF },
};

/* CRC-16 of the image without this word: code and identity before it, the
   values of the variables behind it. build.sh fills it in. */
__attribute__((section(".progmem.image_crc"), used))
const uint8_t image_crc[2] = { 0xFF, 0xFF };

/* An ordinary variable: at 0x0100 in RAM, 0x800100 in the ELF file. start()
   copies its value from flash, where the image keeps it, behind .text. */
volatile uint16_t g_station = 0xFFFF;

/* From the linker script: what the image CRC covers beside .text. */
extern const uint8_t flash_start[], data_flash[], data_flash_end[];

/* ---- the chip ---------------------------------------------------------- */

#define UCSR0A (*(volatile uint8_t *)0xC0)
#define UCSR0B (*(volatile uint8_t *)0xC1)
#define UCSR0C (*(volatile uint8_t *)0xC2)
#define UBRR0L (*(volatile uint8_t *)0xC4)
#define UDR0   (*(volatile uint8_t *)0xC6)
#define SMCR   (*(volatile uint8_t *)0x53)

/* One byte of flash. */
static uint8_t flash_byte(const void *at)
{
    uint8_t byte;

    __asm__ volatile("lpm %0, Z" : "=r"(byte) : "z"(at));
    return byte;
}

/* A text that stays in flash. Any other would be copied to RAM at the start. */
#define TEXT(text) (__extension__({ static const __flash char in_flash[] = (text); &in_flash[0]; }))

static void put(char c)
{
    while (!(UCSR0A & 0x20)) {
    }
    UDR0 = (uint8_t)c;
}

static void print(const __flash char *text)
{
    while (*text)
        put(*text++);
}

static void print_hex(uint8_t byte)
{
    static const __flash char digit[] = "0123456789ABCDEF";

    put(digit[byte >> 4]);
    put(digit[byte & 15]);
}

/* ---- the program ------------------------------------------------------- */

/* CRC-16/XMODEM, one bit at a time, continued from an earlier part. */
static uint16_t crc16(uint16_t crc, const uint8_t *bytes, const uint8_t *end)
{
    while (bytes != end) {
        crc ^= (uint16_t)flash_byte(bytes++) << 8;
        for (uint8_t bit = 0; bit < 8; bit++)
            crc = (crc & 0x8000) ? (uint16_t)(crc << 1) ^ 0x1021 : (uint16_t)(crc << 1);
    }
    return crc;
}

static void report_crc(const __flash char *name, uint16_t found, const uint8_t *stored)
{
    print(name);
    print(found == (uint16_t)((flash_byte(&stored[0]) << 8) | flash_byte(&stored[1])) ? TEXT(" crc ok\n") : TEXT(" crc bad\n"));
}

__attribute__((noreturn, used))
static void run(void)
{
    uint16_t crc;

    UBRR0L = 8;    /* 115200 baud at 16 MHz */
    UCSR0C = 0x06; /* 8 bits, no parity     */
    UCSR0B = 0x08; /* transmit              */

    print(TEXT("serial="));
    for (uint8_t n = 0; n < sizeof nameplate.serial; n++) {
        char c = (char)flash_byte(&nameplate.serial[n]);

        if (c == 0)
            break;
        put((c >= ' ' && c <= '~') ? c : '?');
    }
    print(TEXT("\nmac="));
    for (uint8_t n = 0; n < sizeof nameplate.mac; n++) {
        if (n > 0)
            put(':');
        print_hex(flash_byte(&nameplate.mac[n]));
    }
    print(TEXT("\nstation="));
    print_hex((uint8_t)(g_station >> 8));
    print_hex((uint8_t)g_station);
    put('\n');

    report_crc(TEXT("id"), crc16(0, nameplate.magic, nameplate.crc), nameplate.crc);
    crc = crc16(0, flash_start, image_crc);
    report_crc(TEXT("image"), crc16(crc, data_flash, data_flash_end), image_crc);

    /* Wait for the last character, then sleep without interrupts: nothing but a
       reset ends that, and a simulator takes it for the end of the run. */
    while (!(UCSR0A & 0x20)) {
    }
    SMCR = 0x05; /* power-down, sleep enabled */
    for (;;)
        __asm__ volatile("cli\n\tsleep");
}

/*
 * Address 0, where the chip begins. No interrupt is ever enabled, so there are
 * no other vectors. Sets up what compiled code expects (r1 is zero, a stack) and
 * copies the values of the variables from flash. There is no .bss to clear (the
 * linker script insists on that).
 */
__asm__(
    ".section .start, \"ax\", @progbits\n"
    ".global start\n"
    ".type start, @function\n"
    "start:\n"
    "    clr  r1\n"
    "    out  0x3F, r1\n"           /* SREG */
    "    ldi  r28, lo8(stack_top)\n"
    "    ldi  r29, hi8(stack_top)\n"
    "    out  0x3D, r28\n"          /* SPL */
    "    out  0x3E, r29\n"          /* SPH */
    "    ldi  r30, lo8(data_flash)\n"
    "    ldi  r31, hi8(data_flash)\n"
    "    ldi  r26, lo8(data_start)\n"
    "    ldi  r27, hi8(data_start)\n"
    "    ldi  r18, lo8(data_end)\n"
    "    ldi  r19, hi8(data_end)\n"
    "1:  cp   r26, r18\n"
    "    cpc  r27, r19\n"
    "    breq 2f\n"
    "    lpm  r0, Z+\n"
    "    st   X+, r0\n"
    "    rjmp 1b\n"
    "2:  rjmp run\n"
    ".size start, . - start\n"
    ".previous\n"
);
