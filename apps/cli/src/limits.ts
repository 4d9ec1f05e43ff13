/**
 * Characters of one input line. The largest message that is accepted (1 MiB) has 2 MiB of hexadecimal digits, and as
 * JSON it stays below this; a file without line ends must not fill the memory.
 */
export const lineCharacters = 16 * 1024 * 1024;

/** Octets of an input that is one message: twice what the longest mail may have. */
export const wholeOctets = 8 * 1024 * 1024;
