import type { Exchange } from '@interlend/testing';
import { alephParticulars } from './aleph-particulars.js';
import { Casts } from './casts.js';
import { illSbnParticulars } from './ill-sbn-particulars.js';
import { laddParticulars } from './ladd-particulars.js';
import { britishLibraryLends } from './mail/british-library-lends.js';
import { letterPartnerBorrows, letterPartnerLends } from './mail/letter-partner.js';
import { BritishLibraryCast, LetterCast, perform as performByMail } from './mail/script.js';
import { partnerBorrows } from './partner-borrows.js';
import { partnerLends } from './partner-lends.js';
import { type Cast, perform, type Script } from './script.js';
import { hubBorrows } from './slnp/hub-borrows.js';
import { hubLends } from './slnp/hub-lends.js';
import { perform as performSlnp } from './slnp/script.js';
import { vdxParticulars } from './vdx-particulars.js';

const rows: readonly (readonly [Cast, readonly Script[]])[] = [
  [Casts.vdx, vdxParticulars],
  [Casts.aleph, alephParticulars],
  [Casts.illSbn, illSbnParticulars],
  [Casts.ladd, laddParticulars],
];

/** Every made-up conversation, in the order of the matrix. Their files are written by this and never by hand. */
export function syntheticExchanges(): readonly Exchange[] {
  return [
    ...rows.flatMap(([cast, particulars]) =>
      [...partnerBorrows(cast), ...partnerLends(cast), ...particulars].map((script) => perform(cast, script)),
    ),
    ...[...hubBorrows, ...hubLends].map(performSlnp),
    ...britishLibraryLends.map((script) => performByMail(BritishLibraryCast, script)),
    ...[...letterPartnerLends, ...letterPartnerBorrows].map((script) => performByMail(LetterCast, script)),
  ];
}
