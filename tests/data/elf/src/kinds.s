    .syntax unified
    .section .text,"ax",%progbits
    .global reset
    .type reset,%function
    .thumb_func
reset:
    ldr r0, =absent
    b reset
    .ltorg
    .size reset, . - reset
    .weak absent

    .section .rodata,"a",%progbits
    .global serial
    .type serial,%object
serial:
    .word 0xFFFFFFFF
    .size serial, 4
    /* The same bytes by another name. */
    .weak serial_alias
    .set serial_alias, serial
    /* A label: no type, no size. */
    .global label
label:
    .word 0x11111111
    /* A size that passes the end of its section. */
    .global too_long
    .type too_long,%object
too_long:
    .word 0x22222222
    .size too_long, 64

    .section .empty,"a",%progbits
    .global in_empty
in_empty:

    .global uid_base
    .set uid_base, 0x1FFF7A10

    .section .tdata,"awT",%progbits
    .global in_tls
    .type in_tls,%tls_object
in_tls:
    .word 0x33333333
    .size in_tls, 4

    .section .bss,"aw",%nobits
    .global in_bss
    .type in_bss,%object
in_bss:
    .space 8
    .size in_bss, 8

    .section .noinit,"aw",%nobits
    .global in_noinit
    .type in_noinit,%object
in_noinit:
    .space 4
    .size in_noinit, 4

    /* Not part of the image. */
    .section .build,"",%progbits
    .global in_build
    .type in_build,%object
in_build:
    .ascii "build 1234"
    .size in_build, 10

    .section .debug_info,"",%progbits
    .global in_debug
    .type in_debug,%object
in_debug:
    .fill 64, 8, 0x4E504C54
    .size in_debug, 512
