import { faultsOf } from './fault.js';

const [ber, isoIll] = ['wire/src/ber', 'iso-ill/src'];

/** Mistakes in reading and writing octets. */
export const codecFaults = faultsOf('codec', 'packages', {
  'long-lengths': {
    does: 'A length in several octets is counted with the wrong weight',
    file: `${ber}/reader.ts`,
    find: 'length = length * 256 + (bytes[this.position++] as number);',
    put: 'length = length * 255 + (bytes[this.position++] as number);',
    names: 'DecodeError',
  },
  'indefinite-end': {
    does: 'Only one octet of the end of an indefinite length is taken',
    file: `${ber}/reader.ts`,
    find: '    this.position += 2;\n    return false;',
    put: '    this.position += 1;\n    return false;',
    names: 'DecodeError',
  },
  'true-octet': {
    does: 'Only ff is TRUE',
    file: `${ber}/numbers.ts`,
    find: 'return reader.bytes[reader.position++] !== 0;',
    put: 'return reader.bytes[reader.position++] === 0xff;',
    names: 'isAccepted',
  },
  'edifact-string': {
    does: 'An EDIFACTString is read as if it were a GeneralString',
    file: `${isoIll}/messages/strings.ts`,
    find: 'return readString(reader, reader.length, reader.isConstructed, decodeEdifact);',
    put: 'return readString(reader, reader.length, reader.isConstructed, decodeGeneral);',
    names: 'octet',
  },
  'latin-1': {
    does: 'Text that was ISO 8859-1 is written again as UTF-8',
    file: `${isoIll}/messages/strings.ts`,
    find: 'return { latin1: latin1(bytes, start, end) };',
    put: 'return latin1(bytes, start, end);',
    names: 'octet',
  },
  'defaults-left-out': {
    does: 'Elements that have their default value are never written',
    file: `${ber}/sequence.ts`,
    find: "|| writer.defaults !== 'write') continue;",
    put: '|| true) continue;',
    names: 'transactionType',
  },
  'empty-structure': {
    does: 'A structure in which there are only empty structures is not taken for an absent one',
    file: `${ber}/sequence.ts`,
    find: 'reader.wasEmpty = isEmpty && layout.constants.length === 0;',
    put: 'reader.wasEmpty = false;',
    names: 'deliveryAddress',
  },
  'without-inner-sequence': {
    does: 'An APDU without its inner SEQUENCE is not read',
    file: `${isoIll}/codec.ts`,
    find: 'if (reader.bytes[reader.position] === versionOctet && length !== 0) {',
    put: 'if (false) {',
    names: 'ILL-Request',
  },
  'silent-deviations': {
    does: 'Departures from the standard are not listed',
    file: `${ber}/reader.ts`,
    find: 'this.deviations.push(clause === undefined ? deviation : { ...deviation, clause });',
    put: '',
    names: 'departures that were not listed',
  },
  'length-written': {
    does: 'The header of a long value says one octet of length too many',
    file: `${ber}/writer.ts`,
    find: 'bytes[--this.start] = 0x80 | count;',
    put: 'bytes[--this.start] = 0x80 | (count + 1);',
    names: 'octet',
  },
  'blanks-unnoticed': {
    does: 'Blanks around a text are not noticed',
    file: `${isoIll}/messages/strings.ts`,
    find: '(bytes[start] === 0x20 || bytes[end - 1] === 0x20)',
    put: '(bytes[start] === 0x20 && bytes[end - 1] === 0x20)',
    names: 'blank-around-string',
  },
  'unknown-code': {
    does: 'A code that no list has is read as the first one of the list',
    file: `${ber}/numbers.ts`,
    find: '      return number;\n    },\n    write(writer, value) {\n      const number = typeof',
    put: '      return words[0] as Value;\n    },\n    write(writer, value) {\n      const number = typeof',
    names: 'octet',
  },
  'unknown-element': {
    does: 'An element that the table does not know is thrown away',
    file: `${ber}/sequence.ts`,
    find: "  else value['unknown'] = [raw];",
    put: '',
    names: 'octet',
  },
  'framer-lengths': {
    does: 'Messages whose length takes several octets are cut from the stream at the wrong place',
    file: `${ber}/framer.ts`,
    find: 'this.length = this.length * 256 + octet;',
    put: 'this.length = this.length * 255 + octet;',
    names: 'lost in phase receive',
  },
});
