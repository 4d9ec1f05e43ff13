import { isObject } from '../record/generic.js';

/**
 * What was there, with what is said now in its place. Fields that nothing is said of stay, in the members of lists as well:
 * those are the same where their `code` or `value` is.
 */
export function keepOthers(before: unknown, now: unknown): unknown {
  if (Array.isArray(now)) {
    const members: readonly unknown[] = Array.isArray(before) ? before : [];
    return now.map((member: unknown) =>
      keepOthers(
        members.find((one) => nameOf(one) !== undefined && nameOf(one) === nameOf(member)),
        member,
      ),
    );
  }
  if (!isObject(now) || !isObject(before)) return now;
  // The words beside a code belong to it.
  if (nameOf(before) !== nameOf(now)) return now;
  const said = Object.entries(now).map(([name, value]) => [name, keepOthers(before[name], value)]);
  return { ...before, ...Object.fromEntries(said) };
}

function nameOf(member: unknown): unknown {
  return isObject(member) ? (member['code'] ?? member['value']) : undefined;
}
