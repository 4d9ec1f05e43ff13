import { type ReasonFor, Reasons, type ReasonUse } from '@interlend/core';

/** The words of the reasons that may be given for a use, in the order of their numbers. */
export function reasonWordsFor<Use extends ReasonUse>(use: Use): readonly ReasonFor<Use>[] {
  const isWordFor = (row: {
    readonly uses: readonly ReasonUse[];
    readonly reason: string;
  }): row is WordRow<Use> => row.uses.includes(use);
  return Reasons.filter(isWordFor).map(({ reason }) => reason);
}

type WordRow<Use extends ReasonUse> = (typeof Reasons)[number] & { readonly reason: ReasonFor<Use> };
