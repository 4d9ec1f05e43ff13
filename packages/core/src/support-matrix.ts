/** Functionality words of the vendor's matrix, exactly. */
export const FunctionalityLegend = [
  {
    word: 'Submit Request',
    meaning:
      'A borrowing request can be pushed from Alma into the other system, or is entered there by an online form',
  },
  {
    word: 'Locate and Availability',
    meaning: "Alma's repository, with its inventory status, can be exposed to the other system",
  },
  {
    word: 'Fulfillment',
    meaning:
      'Done in the other system and reflected in Alma by itself. Borrower side: look up patron information, receive item, send item back to lender. Lender side: mark item as requested, send item to borrower, receive item back from borrower',
  },
  {
    word: 'Resource Sharing Process',
    meaning: 'The workflow messages of lending, each marked with its initiator, borrower or lender',
  },
  {
    word: 'Patron File',
    meaning: 'Patron information is exported to the other system by an integration profile',
  },
] as const;

/** Status words of the vendor's matrix, exactly. */
export const StatusLegend = [
  { word: 'Production', meaning: 'Customers use the integration in production' },
  { word: 'Roadmap', meaning: 'Planned' },
  { word: 'Verified', meaning: 'Tested or otherwise verified, not known to be in production' },
  { word: 'Being Tested', meaning: 'Being verified now' },
  { word: 'Not Supported by Vendor', meaning: 'The third-party system is known not to support it' },
] as const;

export type Functionality = (typeof FunctionalityLegend)[number]['word'];
export type DeclaredStatus = (typeof StatusLegend)[number]['word'];

/**
 * What a run of the conformance suite found: *Verified* when every required exchange passed, *Being Tested* when
 * coverage is incomplete, *Failing* otherwise. A run never turns anything into *Production*.
 */
export type MeasuredStatus = 'Verified' | 'Being Tested' | 'Failing';

interface SystemRow {
  readonly id: string;
  readonly system: string;
  readonly vendor: string;
  readonly functionality: Functionality;
  /** Name of the protocol's package. */
  readonly protocol: 'iso-ill' | 'artemail' | 'slnp';
  /** How the vendor's matrix names the protocol. */
  readonly protocolName: 'ISO' | 'ARTEmail' | 'SLNP';
  /** Name of the profile in that package. */
  readonly profile: string;
  /** A claim of the vendor's page, not a finding of ours. */
  readonly declared: DeclaredStatus;
}

/** The rows of the vendor's page on peer-to-peer resource sharing with Alma, in its order. */
export const Systems = [
  {
    id: 'vdx',
    system: 'VDX',
    vendor: 'OCLC',
    functionality: 'Resource Sharing Process',
    protocol: 'iso-ill',
    protocolName: 'ISO',
    profile: 'vdx',
    declared: 'Production',
  },
  {
    id: 'aleph',
    system: 'Aleph',
    vendor: 'ExLibris',
    functionality: 'Resource Sharing Process',
    protocol: 'iso-ill',
    protocolName: 'ISO',
    profile: 'aleph',
    declared: 'Verified',
  },
  {
    id: 'british-library',
    system: 'British Library',
    vendor: 'British Library',
    functionality: 'Resource Sharing Process',
    protocol: 'artemail',
    protocolName: 'ARTEmail',
    profile: 'british-library',
    declared: 'Production',
  },
  {
    id: 'slnp',
    system: 'SLNP Supporting Systems',
    vendor: 'SISIS/OCLC',
    functionality: 'Resource Sharing Process',
    protocol: 'slnp',
    protocolName: 'SLNP',
    profile: 'default',
    declared: 'Verified',
  },
  {
    id: 'ill-sbn',
    system: 'ILL SBN',
    vendor: 'SBN',
    functionality: 'Resource Sharing Process',
    protocol: 'iso-ill',
    protocolName: 'ISO',
    profile: 'ill-sbn',
    declared: 'Verified',
  },
  {
    id: 'ladd',
    system: 'Libraries Australia Document Delivery (LADD)',
    vendor: 'OCLC',
    functionality: 'Resource Sharing Process',
    protocol: 'iso-ill',
    protocolName: 'ISO',
    profile: 'ladd',
    declared: 'Production',
  },
] as const satisfies readonly SystemRow[];

/** Identifier of a row of the matrix. */
export type SystemId = (typeof Systems)[number]['id'];
