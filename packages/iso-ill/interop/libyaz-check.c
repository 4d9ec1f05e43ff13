/*
 * Reads APDUs as lines of hexadecimal digits and tells what libyaz makes of each:
 *
 *   ok HEX       decoded, whole, and encoded again by libyaz as HEX
 *   error TEXT   refused, with its reason
 *
 * Build: gcc -O2 -o libyaz-check libyaz-check.c -lyaz
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaz/ill.h>
#include <yaz/odr.h>

enum { longest_line = 4 << 20 };

static int digit(int character)
{
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'a' && character <= 'f') return character - 'a' + 10;
    return -1;
}

/* Turns the digits of a line into octets, in place; the number of octets, or -1. */
static int octets_of(char *line)
{
    int length = 0;
    for (char *at = line; *at && *at != '\n'; at += 2) {
        const int high = digit(at[0]);
        const int low = high < 0 ? -1 : digit(at[1]);
        if (low < 0) return -1;
        line[length++] = (char) (high * 16 + low);
    }
    return length;
}

static void check(ODR decoder, ODR encoder, char *octets, int length)
{
    ILL_APDU *apdu = 0;
    odr_reset(decoder);
    odr_reset(encoder);
    odr_setbuf(decoder, octets, length, 0);
    if (!ill_APDU(decoder, &apdu, 0, 0) || !apdu) {
        printf("error cannot decode: %s\n", odr_errmsg(odr_geterror(decoder)));
        return;
    }
    if (odr_offset(decoder) != length) {
        printf("error decoded %d of %d octets\n", odr_offset(decoder), length);
        return;
    }
    int size = 0;
    if (!ill_APDU(encoder, &apdu, 0, 0)) {
        printf("error cannot encode: %s\n", odr_errmsg(odr_geterror(encoder)));
        return;
    }
    const unsigned char *encoded = (const unsigned char *) odr_getbuf(encoder, &size, 0);
    fputs("ok ", stdout);
    for (int at = 0; at < size; at++) printf("%02x", encoded[at]);
    putchar('\n');
}

int main(void)
{
    char *line = malloc(longest_line);
    ODR decoder = odr_createmem(ODR_DECODE);
    ODR encoder = odr_createmem(ODR_ENCODE);
    while (fgets(line, longest_line, stdin)) {
        const int length = octets_of(line);
        if (length < 0) puts("error not hexadecimal");
        else check(decoder, encoder, line, length);
    }
    odr_destroy(decoder);
    odr_destroy(encoder);
    free(line);
    return 0;
}
