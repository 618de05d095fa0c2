; Reads its own serial number: four RETLW words at 0x3F0, which the programmer writes for each device.
; The bytes lie in the file registers 0x20 to 0x23 when the program stands still.
;
;     gpasm -w 2 -o serial.hex serial.asm        (gputils 1.4.0)

        processor 16f84
        radix dec
        org 0
        call 0x3F0
        movwf 0x20
        call 0x3F1
        movwf 0x21
        call 0x3F2
        movwf 0x22
        call 0x3F3
        movwf 0x23
done    goto done
        end
