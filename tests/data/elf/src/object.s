    .syntax unified
    .section .text,"ax",%progbits
    .global reset
    .type reset,%function
    .thumb_func
reset:
    ldr r0, =defined
    b reset
    .size reset, . - reset

    .section .rodata,"a",%progbits
    .word 0
    .global defined
    .type defined,%object
defined:
    .word 0xFFFFFFFF
    .size defined, 4
    /* A relocation writes over these bytes when it is linked. */
    .global pointer
    .type pointer,%object
pointer:
    .word defined
    .size pointer, 4

    /* Two sections of one name. */
    .section .ident,"a",%progbits,unique,1
    .word 1
    .section .ident,"a",%progbits,unique,2
    .word 2

    .comm in_common,16,8
    .global nowhere
    .word nowhere
