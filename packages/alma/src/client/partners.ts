import { requireMandatory } from '../record/record.js';
import { type NewPartner, type Partner, PartnerKind, type PartnerStatus } from '../tables/partner.js';
import type { Rows } from './answer.js';
import type { Caller, CallOptions } from './call.js';
import { type PageQuery, walk } from './pages.js';

/** Filters of the list of partners. */
export interface PartnerFilter {
  readonly status?: PartnerStatus;
}

/** Partners: with whom the institution lends and borrows. */
export interface PartnersClient {
  /** All of them, page by page. */
  list(filter?: PartnerFilter & CallOptions): AsyncGenerator<Partner, void, undefined>;
  page(query?: PartnerFilter & PageQuery): Promise<Rows<Partner>>;
  /** @throws AlmaError `not-found` */
  get(code: string, options?: CallOptions): Promise<Partner>;
  /** @throws AlmaError `exists` when the code or the ISO symbol is taken @throws EncodeError `missing` */
  create(partner: NewPartner, options?: CallOptions): Promise<Partner>;
  /**
   * Reads a partner, lets `change` say what it shall be, and writes it whole: Alma has no other way. What another program
   * changed between the two calls is lost.
   */
  update(code: string, change: (partner: Partner) => Partner, options?: CallOptions): Promise<Partner>;
  delete(code: string, options?: CallOptions): Promise<void>;
}

export function createPartnersClient(caller: Caller): PartnersClient {
  const page = async ({ status, limit = 100, offset = 0, ...options }: PartnerFilter & PageQuery = {}) => {
    const answer = await caller.call('listPartners', {
      parameters: {},
      query: { status, limit, offset },
      ...options,
    });
    return caller.rows('listPartners', answer, 'partner', PartnerKind);
  };
  const get = async (code: string, options: CallOptions = {}): Promise<Partner> => {
    const answer = await caller.call('getPartner', { parameters: { partner: code }, ...options });
    return caller.record('getPartner', answer, PartnerKind);
  };
  return {
    page,
    get,
    list: (filter = {}) =>
      walk(
        (part) => page({ ...filter, ...part }),
        ({ partner_details: { code } }) => code,
      ),
    async create(partner, options = {}) {
      requireMandatory(PartnerKind, partner, 'partner');
      const body = { kind: PartnerKind, name: 'partner', value: partner };
      const answer = await caller.call('createPartner', { parameters: {}, body, ...options });
      return caller.record('createPartner', answer, PartnerKind);
    },
    async update(code, change, options = {}) {
      const value = change(await get(code, options));
      requireMandatory(PartnerKind, value, 'partner');
      const body = { kind: PartnerKind, name: 'partner', value };
      const answer = await caller.call('updatePartner', { parameters: { partner: code }, body, ...options });
      return caller.record('updatePartner', answer, PartnerKind);
    },
    async delete(code, options = {}) {
      await caller.call('deletePartner', { parameters: { partner: code }, ...options });
    },
  };
}
