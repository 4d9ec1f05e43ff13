/** Exit codes: of verdicts 1 and 2, of everything else as sysexits names them. When several apply, the largest is given. */
export const ExitCodes = {
  ok: 0,
  /** `verify`: the partner does not do what it must. `hub`: an order was not filled. */
  notConformant: 1,
  /** `verify`: nothing is known of the partner, because the harness could not do its work. */
  cannotRun: 2,
  /** Wrong command, option or argument. */
  usage: 64,
  /** Something could not be decoded or encoded. */
  data: 65,
  /** A file could not be read. */
  unreadable: 66,
} as const;
/** One of {@link ExitCodes}. */
export type ExitCode = (typeof ExitCodes)[keyof typeof ExitCodes];

/** The code that says more. */
export function graver(one: ExitCode, other: ExitCode): ExitCode {
  return one > other ? one : other;
}
