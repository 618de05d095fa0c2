/*
 * A program that reads its own nameplate.
 *
 * It prints the serial number and MAC address found in its identity block,
 * checks the two CRCs that guard them, and reports the verdict as the exit
 * status. Everything goes through ARM semihosting, so one image runs on any
 * Cortex-M board that has flash at 0x08000000 and RAM at 0x20000000, and in
 * QEMU's models of such boards. README.md has the memory map.
 *
 * There is no start-up code: the program has no .data and no .bss (the linker
 * script insists on that), so reset() can run as soon as the core has loaded
 * its stack pointer.
 */
#include <stddef.h>
#include <stdint.h>

/* `nameplate header --job elf.toml`: where the job writes. */
#include "nameplate.h"

/* ---- what lies in flash ------------------------------------------------ */

struct identity {
    uint8_t  magic[4];    /* "NPID"                                     */
    uint8_t  serial[16];  /* ASCII, padded with NUL                     */
    uint8_t  mac[6];      /* most significant byte first                */
    uint8_t  reserved[2]; /* zero                                       */
    uint32_t crc;         /* CRC-32 of the 28 bytes above, little-endian */
};

_Static_assert(offsetof(struct identity, serial) == NAMEPLATE_SERIAL_OFFSET, "layout");
_Static_assert(sizeof(((struct identity *)0)->serial) == NAMEPLATE_SERIAL_SIZE, "layout");
_Static_assert(offsetof(struct identity, mac) == NAMEPLATE_MAC_OFFSET, "layout");
_Static_assert(offsetof(struct identity, crc) == NAMEPLATE_IDENTITY_OFFSET, "layout");
_Static_assert(sizeof(struct identity) == NAMEPLATE_SIZE, "layout");

/*
 * The identity block. Each word of the declaration is needed:
 *
 *   volatile  The values below are placeholders. Without it the compiler may
 *             (and does, even at -O0) compile the placeholder into the code
 *             that uses it; the image is then patched but the program goes
 *             on reporting the old value.
 *   section   A fixed address, and flash. GCC puts a plain `const volatile`
 *             object into .data, i.e. into RAM, with its bytes elsewhere.
 *   used      Keeps the compiler from dropping the object. It does not stop
 *             the linker's --gc-sections: KEEP() in firmware.ld does.
 *
 * The program never compares `magic` with a constant of its own: "NPID" then
 * occurs once in the image, and a search for it finds only this block.
 */
__attribute__((section(".nameplate"), used, aligned(4)))
const volatile struct identity nameplate = {
    .magic = { 'N', 'P', 'I', 'D' },
    .serial = { [0 ... 15] = 0xFF },
    .mac = { [0 ... 5] = 0xFF },
    .reserved = { 0, 0 },
    .crc = 0xFFFFFFFF,
};

/* CRC-32 of all the flash before this word. build.sh fills it in. */
__attribute__((section(".image_crc"), used, aligned(4)))
const volatile uint32_t image_crc = 0xFFFFFFFF;

/* From the linker script. Volatile, because the block lies in this range. */
extern const volatile uint8_t flash_start[];
extern const uint8_t stack_top[];

/* ---- semihosting ------------------------------------------------------- */

enum {
    SYS_WRITE0 = 0x04, /* print a NUL-terminated string */
    SYS_EXIT = 0x18,   /* on 32-bit ARM the argument is the reason itself */
};

#define STOPPED_APPLICATION_EXIT 0x20026u /* the host exits with 0 */
#define STOPPED_RUN_TIME_ERROR   0x20023u /* the host exits with 1 */

static void semihost(uint32_t operation, uintptr_t argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register uintptr_t r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
}

static void print(const char *text)
{
    semihost(SYS_WRITE0, (uintptr_t)text);
}

__attribute__((noreturn))
static void leave(int good)
{
    semihost(SYS_EXIT, good ? STOPPED_APPLICATION_EXIT : STOPPED_RUN_TIME_ERROR);
    for (;;) {
    }
}

/* ---- the program ------------------------------------------------------- */

/* CRC-32/ISO-HDLC (the one of zip and Ethernet), one bit at a time. */
static uint32_t crc32(const volatile uint8_t *bytes, uint32_t length)
{
    uint32_t crc = 0xFFFFFFFF;

    while (length--) {
        crc ^= *bytes++;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
    }
    return ~crc;
}

static int report_serial(void)
{
    char text[sizeof nameplate.serial + 1];
    size_t n = 0;

    if (nameplate.serial[0] == 0xFF) {
        print("serial is erased\n");
        return 0;
    }
    /* A serial of all 16 characters has no NUL behind it. */
    for (; n < sizeof nameplate.serial; n++) {
        uint8_t c = nameplate.serial[n];

        if (c == 0)
            break;
        text[n] = (c >= ' ' && c <= '~') ? (char)c : '?';
    }
    text[n] = 0;

    print("serial=");
    print(text);
    print("\n");
    return 1;
}

static void report_mac(void)
{
    static const char digit[] = "0123456789ABCDEF";
    char text[3 * sizeof nameplate.mac];
    char *end = text;

    for (size_t n = 0; n < sizeof nameplate.mac; n++) {
        uint8_t byte = nameplate.mac[n];

        *end++ = digit[byte >> 4];
        *end++ = digit[byte & 15];
        *end++ = ':';
    }
    end[-1] = 0; /* in place of the last colon */

    print("mac=");
    print(text);
    print("\n");
}

static int report_crc(const char *name, int good)
{
    print(name);
    print(good ? " crc ok\n" : " crc BAD\n");
    return good;
}

/* The entry point. Not static: firmware.ld names it. */
__attribute__((noreturn))
void reset(void)
{
    const volatile uint8_t *block = (const volatile uint8_t *)&nameplate;
    uint32_t image_length = (uint32_t)((uintptr_t)&image_crc - (uintptr_t)flash_start);
    int good = 1;

    good &= report_serial();
    report_mac();
    good &= report_crc("identity",
                       crc32(block, offsetof(struct identity, crc)) == nameplate.crc);
    good &= report_crc("image", crc32(flash_start, image_length) == image_crc);
    leave(good);
}

/* A broken image should end the run, not hang it. */
__attribute__((noreturn))
static void fault(void)
{
    print("fault\n");
    leave(0);
}

/* The 16 system vectors. No interrupt is ever enabled. */
__attribute__((section(".vectors"), used))
static const struct {
    const uint8_t *stack;
    void (*handler[15])(void);
} vectors = {
    .stack = stack_top,
    .handler = { [0] = reset, [1 ... 14] = fault },
};
