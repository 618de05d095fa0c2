/*
 * A program that reads its own nameplate, on QEMU's RISC-V board `virt`.
 *
 * It prints the serial number, MAC address and station number that were stamped
 * into its image, checks the two CRCs that guard them, and reports the verdict
 * as the exit status. README.md has the memory map.
 *
 * What it shows beside ../firmware: a variable with a value (`g_station`), which
 * lives in RAM but whose value is stamped where the image keeps it, in ROM; and
 * an image with holes in it, whose CRC covers the holes.
 */
#include <stddef.h>
#include <stdint.h>

/* ---- what is stamped --------------------------------------------------- */

struct identity {
    uint8_t  magic[8];    /* "NP-RISCV"                                 */
    uint8_t  serial[16];  /* ASCII, padded with NUL                     */
    uint8_t  mac[6];      /* most significant byte first                */
    uint8_t  reserved[2]; /* zero                                       */
    uint32_t crc;         /* CRC-32 of the 32 bytes above, little-endian */
};

_Static_assert(offsetof(struct identity, serial) == 8, "layout");
_Static_assert(offsetof(struct identity, mac) == 24, "layout");
_Static_assert(offsetof(struct identity, crc) == 32, "layout");
_Static_assert(sizeof(struct identity) == 36, "layout");

/*
 * volatile, section, used: each is needed, see ../firmware/main.c. The program
 * never compares `magic` with a constant of its own, so that it occurs once.
 * Blank is 0x00 here: what no one writes reads as zero in QEMU's memory.
 */
__attribute__((section(".nameplate"), used, aligned(4)))
const volatile struct identity nameplate = {
    .magic = { 'N', 'P', '-', 'R', 'I', 'S', 'C', 'V' },
};

/*
 * An ordinary variable. The program uses it at its address in RAM; the value it
 * starts with lies in ROM, in the image, and start() copies it. A tool that
 * stamps the symbol has to find the bytes in the image (the load address, LMA),
 * not the address of the variable (the VMA).
 */
volatile uint32_t g_station = 0xFFFFFFFF;

/* CRC-32 of all of the ROM before this word, holes too. build.sh fills it in. */
__attribute__((section(".image_crc"), used, aligned(4)))
const volatile uint32_t image_crc = 0;

/* From the linker script. Volatile, because the block lies in this range. */
extern const volatile uint8_t rom_start[];

/* ---- the board --------------------------------------------------------- */

#define UART  ((volatile uint8_t *)0x10000000)  /* 16550: +0 data, +5 status */
#define POWER ((volatile uint32_t *)0x00100000) /* SiFive's test finisher    */

#define FINISHER_PASS 0x00005555u /* QEMU exits with 0           */
#define FINISHER_FAIL 0x00013333u /* QEMU exits with bits 16..31 */

static void print(const char *text)
{
    for (; *text; text++) {
        while (!(UART[5] & 0x20)) {
        }
        UART[0] = (uint8_t)*text;
    }
}

__attribute__((noreturn))
static void leave(int good)
{
    *POWER = good ? FINISHER_PASS : FINISHER_FAIL;
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

static void print_hex(uint8_t byte)
{
    static const char digit[] = "0123456789ABCDEF";
    char text[3] = { digit[byte >> 4], digit[byte & 15], 0 };

    print(text);
}

static int report_serial(void)
{
    char text[2] = { 0, 0 };

    print("serial=");
    /* A serial of all 16 characters has no NUL behind it. */
    for (size_t n = 0; n < sizeof nameplate.serial; n++) {
        uint8_t c = nameplate.serial[n];

        if (c == 0)
            break;
        text[0] = (c >= ' ' && c <= '~') ? (char)c : '?';
        print(text);
    }
    print("\n");
    return nameplate.serial[0] != 0;
}

static void report_mac(void)
{
    print("mac=");
    for (size_t n = 0; n < sizeof nameplate.mac; n++) {
        if (n > 0)
            print(":");
        print_hex(nameplate.mac[n]);
    }
    print("\n");
}

static int report_station(void)
{
    uint32_t station = g_station;

    print("station=");
    for (int shift = 24; shift >= 0; shift -= 8)
        print_hex((uint8_t)(station >> shift));
    print("\n");
    return station != 0xFFFFFFFF;
}

static int report_crc(const char *name, int good)
{
    print(name);
    print(good ? " crc ok\n" : " crc bad\n");
    return good;
}

__attribute__((noreturn, used))
static void run(void)
{
    const volatile uint8_t *block = (const volatile uint8_t *)&nameplate;
    uint32_t image_length = (uint32_t)((uintptr_t)&image_crc - (uintptr_t)rom_start);
    int good = 1;

    good &= report_serial();
    report_mac();
    good &= report_station();
    good &= report_crc("id", crc32(block, offsetof(struct identity, crc)) == nameplate.crc);
    good &= report_crc("image", crc32(rom_start, image_length) == image_crc);
    leave(good);
}

/* A broken image should end the run, not hang it. */
__attribute__((noreturn, used, aligned(4)))
static void fault(void)
{
    print("fault\n");
    leave(0);
}

/*
 * The first instruction of the image, where every core begins; all but the
 * first are sent to sleep. Then the stack, the fault handler, and the values of
 * the variables: whole words from ROM to RAM. There is no .bss to clear (the
 * linker script insists on that).
 */
__asm__(
    ".section .start, \"ax\", @progbits\n"
    ".global start\n"
    ".type start, @function\n"
    "start:\n"
    "    csrr t0, mhartid\n"
    "    beqz t0, 2f\n"
    "1:  wfi\n"
    "    j    1b\n"
    "2:  la   sp, stack_top\n"
    "    la   t0, fault\n"
    "    csrw mtvec, t0\n"
    "    la   t0, data_rom\n"
    "    la   t1, data_start\n"
    "    la   t2, data_end\n"
    "3:  bgeu t1, t2, 4f\n"
    "    lw   t3, 0(t0)\n"
    "    sw   t3, 0(t1)\n"
    "    addi t0, t0, 4\n"
    "    addi t1, t1, 4\n"
    "    j    3b\n"
    "4:  j    run\n"
    ".size start, . - start\n"
    ".previous\n"
);
