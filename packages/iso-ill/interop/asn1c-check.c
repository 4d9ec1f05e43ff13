/*
 * Reads APDUs as lines of hexadecimal digits and tells what a decoder made by asn1c makes of each:
 *
 *   ok HEX       decoded, whole, and encoded again in DER as HEX
 *   error TEXT   refused
 *
 * Is compiled together with what asn1c makes of the protocol module.
 */
#include <stdio.h>
#include <stdlib.h>

#include <ILL-APDU.h>

enum { longest_line = 4 << 20 };

static int digit(int character)
{
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'a' && character <= 'f') return character - 'a' + 10;
    return -1;
}

/* Turns the digits of a line into octets, in place; the number of octets, or -1. */
static long octets_of(char *line)
{
    long length = 0;
    for (char *at = line; *at && *at != '\n'; at += 2) {
        const int high = digit(at[0]);
        const int low = high < 0 ? -1 : digit(at[1]);
        if (low < 0) return -1;
        line[length++] = (char) (high * 16 + low);
    }
    return length;
}

static int print_hex(const void *octets, size_t size, void *key)
{
    (void) key;
    for (size_t at = 0; at < size; at++) printf("%02x", ((const unsigned char *) octets)[at]);
    return 0;
}

static void check(const char *octets, long length)
{
    ILL_APDU_t *apdu = 0;
    const asn_dec_rval_t decoded = ber_decode(0, &asn_DEF_ILL_APDU, (void **) &apdu, octets, (size_t) length);
    if (decoded.code != RC_OK) {
        printf("error cannot decode, stopped at %ld\n", (long) decoded.consumed);
    } else if ((long) decoded.consumed != length) {
        printf("error decoded %ld of %ld octets\n", (long) decoded.consumed, length);
    } else {
        fputs("ok ", stdout);
        if (der_encode(&asn_DEF_ILL_APDU, apdu, print_hex, 0).encoded < 0) fputs("?", stdout);
        putchar('\n');
    }
    ASN_STRUCT_FREE(asn_DEF_ILL_APDU, apdu);
}

int main(void)
{
    char *line = malloc(longest_line);
    while (fgets(line, longest_line, stdin)) {
        const long length = octets_of(line);
        if (length < 0) puts("error not hexadecimal");
        else check(line, length);
    }
    free(line);
    return 0;
}
