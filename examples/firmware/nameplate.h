/* Made by nameplate from elf.toml; changes are lost. */
#ifndef NAMEPLATE_H
#define NAMEPLATE_H

#include <stdint.h>

/* 4 bytes, the symbol image_crc. All fields are bytes in the order of addresses. */
#define IMAGE_CRC_SIZE 4u
#define IMAGE_CRC_IMAGE_OFFSET 0u
#define IMAGE_CRC_IMAGE_SIZE 4u

typedef struct {
    uint8_t image[4]; /* CRC-32/ISO-HDLC, little-endian */
} image_crc_t;

/* What it is before it is stamped. In one source file:
     __attribute__((section(".image_crc"), used)) const volatile image_crc_t image_crc = IMAGE_CRC_BLANK;
   Without volatile the compiler may fold these bytes into the code, and never read the stamped ones. */
#define IMAGE_CRC_BLANK { \
    .image = { 0xFF, 0xFF, 0xFF, 0xFF }, \
}

/* 32 bytes, the symbol nameplate. All fields are bytes in the order of addresses. */
#define NAMEPLATE_SIZE 32u
#define NAMEPLATE_SERIAL_OFFSET 4u
#define NAMEPLATE_SERIAL_SIZE 16u
#define NAMEPLATE_MAC_OFFSET 20u
#define NAMEPLATE_MAC_SIZE 6u
#define NAMEPLATE_IDENTITY_OFFSET 28u
#define NAMEPLATE_IDENTITY_SIZE 4u

typedef struct {
    uint8_t before_serial[4];
    uint8_t serial[16]; /* ascii:16:nul */
    uint8_t mac[6]; /* bytes:6 */
    uint8_t before_identity[2];
    uint8_t identity[4]; /* CRC-32/ISO-HDLC, little-endian */
} nameplate_t;

/* What it is before it is stamped. In one source file:
     __attribute__((section(".nameplate"), used)) const volatile nameplate_t nameplate = NAMEPLATE_BLANK;
   Without volatile the compiler may fold these bytes into the code, and never read the stamped ones. */
#define NAMEPLATE_BLANK { \
    .serial = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, \
    .mac = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, \
    .identity = { 0xFF, 0xFF, 0xFF, 0xFF }, \
}

#endif
