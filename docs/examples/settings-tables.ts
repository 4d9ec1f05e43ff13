import { checkSettings, defaultRegistry, EnvironmentVariables } from '@interlend/reference-server';
import { formatTable } from './format-table.js';
import { settingMeanings } from './setting-meanings.js';

/** Nobody calls a setting so. */
const unknown = '?';
const bare = { libraries: [{ symbol: 'TEST:REQ', name: 'Example' }] };
/** A list of sections needs an item, so that its settings show. */
const lists = [
  'listeners',
  'libraries',
  'libraries[].refuses',
  'peers',
  'patrons',
  'slnp.profiles',
  'slnp.profiles[].reasons',
  'alma.mail.accounts',
];
const places = { symbol: 'TEST:RSP', name: 'Example', protocol: 'iso-ill', transport: '1611', port: 1611 };

/** The page on SLNP has a table of its own for these. */
const slnpProfile = 'slnp.profiles[].';

/** Every setting with what it accepts and its default, as the server itself tells them. */
export function settingsTable(): string {
  return tableOf(settingKeys().filter((key) => !key.startsWith(slnpProfile)));
}

/** The settings of a profile of SLNP, by their names below it. */
export function slnpSettingsTable(): string {
  return tableOf(
    settingKeys().filter((key) => key.startsWith(slnpProfile)),
    slnpProfile,
  );
}

function tableOf(keys: readonly string[], prefix = ''): string {
  const rows = keys.map((key) => {
    const meaning = settingMeanings[key];
    if (meaning === undefined) throw new Error(`no meaning is written for the setting ${key}`);
    const fallback = defaultOf(key);
    const shown = fallback === 'none' && key.startsWith(slnpProfile) ? 'as `like` has it' : fallback;
    return [`\`${key.slice(prefix.length)}\``, meaning, acceptedAt(key), shown];
  });
  return formatTable(['key', 'meaning', 'accepts', 'default'], rows);
}

/** The variables of the environment and the settings they replace. */
export function variablesTable(): string {
  return formatTable(
    ['variable', 'replaces'],
    Object.entries(EnvironmentVariables).map(([name, key]) => [`\`${name}\``, `\`${key}\``]),
  );
}

/** Dotted keys of all settings that have a value of their own; `[]` stands for each item of a list. */
export function settingKeys(path = ''): readonly string[] {
  return namesAt(path).flatMap((name) => {
    const key = path === '' ? name : `${path}.${name}`;
    const section = lists.includes(key) ? `${key}[]` : key;
    return namesAt(section).length > 0 ? settingKeys(section) : [key];
  });
}

/** What may stand in the section, from the complaint about something that may not. */
function namesAt(path: string): readonly string[] {
  const [, names] =
    /^one of: (.*)$/.exec(complaintAbout(path === '' ? unknown : `${path}.${unknown}`, 1) ?? '') ?? [];
  return names?.split(', ') ?? [];
}

function acceptedAt(key: string): string {
  return complaintAbout(key, { [unknown]: 1 }) ?? complaintAbout(key, 'not a list') ?? '';
}

/** What the server says it accepts at `key` when `value` stands there. */
function complaintAbout(key: string, value: unknown): string | undefined {
  const { mistakes = [] } = checkSettings(written(key.split('.'), value), {}, defaultRegistry);
  return mistakes.find((mistake) => mistake.key === key.replaceAll('[]', '.0'))?.accepted;
}

function written([name = '', ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  const key = name.replace('[]', '');
  const inner = rest.length === 0 ? value : written(rest, value);
  return { [key]: name.endsWith('[]') ? [inner] : inner };
}

function defaultOf(key: string): string {
  const minimal = {
    libraries: [{ ...bare.libraries[0], refuses: [{}] }],
    slnp: { profiles: [{ name: 'region', reasons: [{ words: ['x'], reason: 'lost' }] }] },
    listeners: [{ protocol: places.protocol, transport: places.transport, port: places.port }],
    peers: [
      {
        symbol: places.symbol,
        protocol: places.protocol,
        transport: places.transport,
        address: 'ill.example:1611',
      },
    ],
    patrons: [{ identifier: '4711' }],
  };
  const { settings } = checkSettings(minimal, {}, defaultRegistry);
  if (!settings) throw new Error('the smallest settings are refused');
  const written: unknown = at(minimal, key);
  const value = at(settings, key);
  if (written !== undefined) return key.endsWith('address') ? 'none' : 'must be given';
  return value === undefined ? 'none' : `\`${JSON.stringify(value)}\``;
}

function at(value: unknown, key: string): unknown {
  return key
    .replaceAll('[]', '.0')
    .split('.')
    .reduce<unknown>(
      (inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined),
      value,
    );
}
