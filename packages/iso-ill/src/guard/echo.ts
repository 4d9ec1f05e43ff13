import { isInterlendError } from '@interlend/core';
import { type BerType, writeBer } from '@interlend/wire/ber';
import type { IllApdu } from '../messages/apdus.js';
import { IllString } from '../messages/strings.js';
import { SystemId } from '../messages/system-id.js';
import { TransactionId } from '../messages/types.js';

/** The ids of an APDU as they can be written again. */
export interface EchoedIds {
  readonly transactionId: TransactionId;
  readonly requesterId?: SystemId;
  readonly responderId?: SystemId;
}

function isWritable<Value>(type: BerType<Value>, value: Value): boolean {
  try {
    writeBer(type, value);
    return true;
  } catch (error) {
    if (isInterlendError(error)) return false;
    throw error;
  }
}

/**
 * A received text as it can be written: an EDIFACTString with characters that it may not hold becomes a GeneralString with
 * the same characters.
 */
export function echoText(value: IllString): IllString {
  if (typeof value === 'string' || isWritable(IllString, value)) return value;
  return 'edifact' in value ? value.edifact : value.latin1;
}

/** A received id as it can be written: `undefined` when it names nobody. */
export function echoSystemId(id: SystemId | undefined): SystemId | undefined {
  if (!id || isWritable(SystemId, id)) return id;
  const { personOrInstitutionSymbol: symbol, nameOfPersonOrInstitution: name } = id;
  const mended: SystemId = {
    ...(symbol && {
      personOrInstitutionSymbol:
        'personSymbol' in symbol
          ? { personSymbol: echoText(symbol.personSymbol) }
          : { institutionSymbol: echoText(symbol.institutionSymbol) },
    }),
    ...(name && {
      nameOfPersonOrInstitution:
        'nameOfPerson' in name
          ? { nameOfPerson: echoText(name.nameOfPerson) }
          : { nameOfInstitution: echoText(name.nameOfInstitution) },
    }),
  };
  return isWritable(SystemId, mended) ? mended : undefined;
}

function echoTransactionId(id: TransactionId): TransactionId {
  if (isWritable(TransactionId, id)) return id;
  const initialRequesterId = echoSystemId(id.initialRequesterId);
  const { subTransactionQualifier: sub } = id;
  return {
    ...(initialRequesterId && { initialRequesterId }),
    transactionGroupQualifier: echoText(id.transactionGroupQualifier),
    transactionQualifier: echoText(id.transactionQualifier),
    ...(sub !== undefined && { subTransactionQualifier: echoText(sub) }),
  };
}

/** The ids of a received APDU, octet for octet wherever this side is able to write what it was able to read. */
export function echoIds(message: IllApdu): EchoedIds {
  const requesterId = echoSystemId(message.requesterId);
  const responderId = echoSystemId(message.responderId);
  return {
    transactionId: echoTransactionId(message.transactionId),
    ...(requesterId && { requesterId }),
    ...(responderId && { responderId }),
  };
}
