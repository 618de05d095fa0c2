    .syntax unified
    .section .text,"ax",%progbits
    .global reset
    .type reset,%function
    .thumb_func
reset:
    b reset
    .size reset, . - reset

    .section .page0,"a",%progbits
    .global in_page0
    .type in_page0,%object
in_page0:
    .word 0xFFFFFFF0, 0xFFFFFFF0
    .size in_page0, 8

    .section .page1,"a",%progbits
    .global in_page1
    .type in_page1,%object
in_page1:
    .word 0xFFFFFFF1, 0xFFFFFFF1
    .size in_page1, 8
