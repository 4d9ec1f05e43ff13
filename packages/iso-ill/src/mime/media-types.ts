/** The media types of RFC 2503. */
export const MediaTypes = {
  /** One APDU. */
  apdu: 'application/iso-10161-ill-1',
  /** Document delivery instructions. */
  deliveryInstructions: 'application/ill-ddi',
} as const;

/** The mandatory parameter of both media types, and its one value. */
export const transferEncoding = { name: 'transfer-encoding', value: 'iso-8825-ber' } as const;
