/*
 * Nanoseconds that libyaz needs to decode and to encode an ILL-APDU, as the yardstick of the codec's benchmark.
 *
 *   libyaz-bench ROUNDS FILE...
 *
 * prints for each file one line: FILE, octets, ns per decode, ns per encode, separated by tabs; the lower quartiles
 * of 2001 series of ROUNDS calls each. With 50 rounds a series is shorter than a time slice, so that other load on the
 * machine does not move the quartile much.
 *
 * Build: gcc -O2 -o libyaz-bench libyaz-bench.c -lyaz
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <yaz/ill.h>
#include <yaz/odr.h>

enum { series = 2001, largest_file = 1 << 20 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double) time.tv_sec * 1e9 + (double) time.tv_nsec;
}

static int ascending(const void *left, const void *right)
{
    const double difference = *(const double *) left - *(const double *) right;
    return (difference > 0) - (difference < 0);
}

static double lower_quartile(double *values)
{
    qsort(values, series, sizeof *values, ascending);
    return values[series / 4];
}

static double time_decode(ODR decoder, char *octets, int length, long rounds)
{
    double results[series];
    for (int at = 0; at < series; at++) {
        const double start = now();
        for (long round = 0; round < rounds; round++) {
            ILL_APDU *apdu = 0;
            odr_reset(decoder);
            odr_setbuf(decoder, octets, length, 0);
            if (!ill_APDU(decoder, &apdu, 0, 0)) return -1;
        }
        results[at] = (now() - start) / (double) rounds;
    }
    return lower_quartile(results);
}

static double time_encode(ODR encoder, ILL_APDU *apdu, long rounds)
{
    double results[series];
    for (int at = 0; at < series; at++) {
        const double start = now();
        for (long round = 0; round < rounds; round++) {
            int length = 0;
            odr_reset(encoder);
            if (!ill_APDU(encoder, &apdu, 0, 0) || !odr_getbuf(encoder, &length, 0)) return -1;
        }
        results[at] = (now() - start) / (double) rounds;
    }
    return lower_quartile(results);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: %s ROUNDS FILE...\n", argv[0]);
        return 2;
    }
    const long rounds = strtol(argv[1], 0, 10);
    char *octets = malloc(largest_file);
    ODR decoder = odr_createmem(ODR_DECODE);
    ODR holder = odr_createmem(ODR_DECODE);
    ODR encoder = odr_createmem(ODR_ENCODE);
    for (int at = 2; at < argc; at++) {
        FILE *file = fopen(argv[at], "rb");
        if (!file) {
            perror(argv[at]);
            return 1;
        }
        const int length = (int) fread(octets, 1, largest_file, file);
        fclose(file);
        ILL_APDU *apdu = 0;
        odr_reset(holder);
        odr_setbuf(holder, octets, length, 0);
        if (!ill_APDU(holder, &apdu, 0, 0)) {
            fprintf(stderr, "%s: libyaz cannot decode it\n", argv[at]);
            return 1;
        }
        const double decode = time_decode(decoder, octets, length, rounds);
        const double encode = time_encode(encoder, apdu, rounds);
        printf("%s\t%d\t%.0f\t%.0f\n", argv[at], length, decode, encode);
    }
    odr_destroy(decoder);
    odr_destroy(holder);
    odr_destroy(encoder);
    free(octets);
    return 0;
}
