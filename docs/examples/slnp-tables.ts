import { capabilities, libraryCommands, ReplyCodes } from '@interlend/slnp';
import { profiles, type SlnpProfile } from '@interlend/slnp/profiles';
import { formatTable } from './format-table.js';

/** The tables of the page on SLNP by the name in their markers. */
export const slnpTables: Readonly<Record<string, () => string>> = {
  'slnp capabilities': capabilityTable,
  'slnp parameters': parameterTable,
  'slnp codes': codeTable,
  'slnp profile rules': profileRules,
};

function capabilityTable(): string {
  return formatTable(
    ['event', 'said by', 'how', 'evidence'],
    capabilities.events.map(({ event, from, ability }) => [
      `\`${event}\``,
      from,
      ability.can === 'yes' ? ability.by : `local only: ${ability.why}`,
      ability.evidence,
    ]),
  );
}

function parameterTable(): string {
  return formatTable(
    ['command', 'mandatory', 'optional'],
    libraryCommands.map(({ name, parameters }) => {
      const named = (need: string): string =>
        Object.entries(parameters)
          .filter(([, row]) => row.need === need)
          .map(([key]) => `\`${key}\``)
          .join(', ');
      return [`\`${name}\``, named('mandatory'), named('optional')];
    }),
  );
}

function codeTable(): string {
  return formatTable(
    ['code', 'meaning', 'said again', 'evidence'],
    ReplyCodes.map(({ code, meaning, isRetryable, evidence }) => [
      String(code),
      meaning,
      isRetryable ? 'yes' : '',
      evidence,
    ]),
  );
}

function profileRules(): string {
  const [common, ...others] = profiles;
  if (!common) return '';
  return [common, ...others]
    .map((profile) => rulesOf(profile, profile === common ? undefined : common))
    .join('\n\n');
}

function rulesOf({ name, title, rules }: SlnpProfile, common: SlnpProfile | undefined): string {
  const known: Readonly<Record<string, unknown>> = common?.rules ?? {};
  const rows = Object.entries(rules)
    .filter(([rule, marked]) => known[rule] !== marked)
    .map(([rule, { value, evidence, note }]) => [`\`${rule}\``, describe(value), evidence, note ?? '']);
  return `**\`${name}\`**, ${title}\n\n${formatTable(['rule', 'value', 'evidence', 'note'], rows)}`;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return value.map(describe).join('; ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, part]) => `${key}: ${Array.isArray(part) ? part.join(', ') : String(part)}`)
    .join('; ');
}
