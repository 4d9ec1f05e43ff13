/** What went wrong, in words for staff. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
