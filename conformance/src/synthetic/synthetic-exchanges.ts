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
import { twoWayLends } from './two-way.js';
import { vdxCrossings, vdxStrictly } from './vdx-crossings.js';
import { vdxParticulars } from './vdx-particulars.js';

const rows: readonly (readonly [Cast, readonly Script[]])[] = [
  ...of(Casts.vdx, [...vdxParticulars, ...vdxCrossings]),
  [Casts.vdxStrict, vdxStrictly],
  ...of(Casts.aleph, alephParticulars),
  ...of(Casts.illSbn, illSbnParticulars),
  ...of(Casts.ladd, laddParticulars),
  [Casts.twoWay, twoWayLends],
];

/** What every row has, and what a row has beside it. */
function of(cast: Cast, particulars: readonly Script[]): readonly (readonly [Cast, readonly Script[]])[] {
  return [[cast, [...partnerBorrows(cast), ...partnerLends(cast), ...particulars]]];
}

/** Every made-up conversation, in the order of the matrix. Their files are written by this and never by hand. */
export function syntheticExchanges(): readonly Exchange[] {
  return [
    ...rows.flatMap(([cast, scripts]) => scripts.map((script) => perform(cast, script))),
    ...[...hubBorrows, ...hubLends].map(performSlnp),
    ...britishLibraryLends.map((script) => performByMail(BritishLibraryCast, script)),
    ...[...letterPartnerLends, ...letterPartnerBorrows].map((script) => performByMail(LetterCast, script)),
  ];
}
