import { ApduNumbers, capabilities } from '@interlend/iso-ill';
import { type IsoIllProfile, profileNamed, profiles } from '@interlend/iso-ill/profiles';
import { almaTables } from './alma-tables.js';
import { conformanceTables } from './conformance-tables.js';
import { formatTable } from './format-table.js';
import { mailTables } from './mail-tables.js';
import { routesTable } from './route-table.js';
import { settingsTable, slnpSettingsTable, variablesTable } from './settings-tables.js';
import { slnpTables } from './slnp-tables.js';

/** The tables of the pages by the name in their markers. */
export const tables: Readonly<Record<string, () => string | Promise<string>>> = {
  apdus: apduTable,
  profiles: profileTable,
  'profile rules': profileRules,
  settings: settingsTable,
  variables: variablesTable,
  'slnp settings': slnpSettingsTable,
  routes: routesTable,
  ...slnpTables,
  ...almaTables,
  ...mailTables,
  ...conformanceTables,
};

function apduTable(): string {
  return formatTable(
    ['n', 'APDU', 'said by', 'neutral event'],
    Object.entries(ApduNumbers).map(([name, number]) => {
      const said = capabilities.events.filter(
        ({ ability }) => ability.can === 'yes' && (ability.by === name || ability.by.startsWith(`${name} `)),
      );
      const speakers = [...new Set(said.map(({ from }) => from))];
      const events = [...new Set(said.map(({ event }) => `\`${event}\``))];
      return [
        String(number),
        name,
        speakers.length === 2 ? 'either' : (speakers[0] ?? ''),
        events.join(', '),
      ];
    }),
  );
}

function profileTable(): string {
  return formatTable(
    ['name', 'system', 'transport', 'port', 'version', 'characters'],
    profiles.map(({ name, title, rules }) => [
      `\`${name}\``,
      title,
      ...[rules.transport, rules.port, rules.version, rules.charset].map(
        ({ value, evidence }) => `${value} (${evidence})`,
      ),
    ]),
  );
}

const everything = profileNamed('ipig').rules.says.value;

/** Every rule of the common profile, and of the others what they say differently or know better. */
function profileRules(): string {
  const [common, ...others] = profiles;
  if (!common) return '';
  return [common, ...others]
    .map((profile) => rulesOf(profile, profile === common ? undefined : common))
    .join('\n\n');
}

function rulesOf({ name, title, rules }: IsoIllProfile, common: IsoIllProfile | undefined): string {
  const known: Readonly<Record<string, unknown>> = common?.rules ?? {};
  const rows = Object.entries(rules)
    .filter(([rule, marked]) => known[rule] !== marked)
    .map(([rule, { value, evidence, note }]) => [
      `\`${rule}\``,
      value === everything ? 'every APDU, in its direction' : describe(value),
      evidence,
      note ?? '',
    ]);
  return `**\`${name}\`**, ${title}\n\n${formatTable(['rule', 'value', 'evidence', 'note'], rows)}`;
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, part]) => `${key}: ${Array.isArray(part) ? part.join(', ') : String(part)}`)
    .join('; ');
}
