import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { profileNamed } from '@interlend/slnp/profiles';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { defaultRegistry } from '../../protocols.js';
import { checkSettings } from '../../read-settings.js';
import { createServer } from '../../server.js';
import { settingsOf, temporaryFolder } from '../../test-server.test-support.js';
import { readLogin } from './slnp-login.js';
import { profilesOf } from './slnp-profiles.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const bare = { data: ':memory:', libraries: [{ symbol: 'DE-B1', name: 'Library' }] };
const carrier = { protocol: 'slnp', transport: 'tcp' };
const hub = { symbol: 'ZFL', ...carrier, address: 'zfl.example:9002', isHub: true };
const withLogin = { name: 'region', login: 'SLNPSysParam' };
const check = (more: object, environment = {}) =>
  (checkSettings({ ...bare, ...more }, environment, defaultRegistry).mistakes ?? []).map(
    ({ key, accepted }) => `${key}: ${accepted}`,
  );

describe('a profile of the settings', () => {
  it('is like the one it names, but for what is written', () => {
    const settings = settingsOf(
      {
        ...bare,
        slnp: {
          profiles: [
            {
              name: 'region',
              like: 'sisis',
              texts: { notSupplied: 'leider nein' },
              info2flserver: { status: 'Meldung' },
            },
          ],
        },
      },
      defaultRegistry,
    );
    const region = profilesOf(settings).at(-1);
    const sisis = profileNamed('sisis');
    expect(region).toEqual({
      name: 'region',
      title: 'region, of the settings',
      rules: {
        ...sisis.rules,
        texts: {
          value: { ...sisis.rules.texts.value, notSupplied: 'leider nein' },
          evidence: 'documented',
          note: 'as the settings of this server say',
        },
        info2flserver: {
          value: { ...sisis.rules.info2flserver.value, status: 'Meldung' },
          evidence: 'documented',
          note: 'as the settings of this server say',
        },
      },
    });
  });

  test.each<readonly [string, object, readonly string[]]>([
    ['nothing', {}, []],
    [
      'a name that is taken',
      { slnp: { profiles: [{ name: 'koha' }] } },
      ['slnp.profiles.0.name: a name that no other profile has'],
    ],
    [
      'two parameters of one name',
      { slnp: { profiles: [{ name: 'r', info2flserver: { status: 'Bemerkung' } }] } },
      ['slnp.profiles.0.info2flserver: a name of its own for each parameter'],
    ],
    [
      'a parameter with a blank',
      { slnp: { profiles: [{ name: 'r', info2flserver: { status: 'a b' } }] } },
      ['slnp.profiles.0.info2flserver.status: a name of letters, digits and underscores'],
    ],
    [
      'a profile that is not there',
      { peers: [{ ...hub, profile: 'kohaa' }] },
      ['peers.0.profile: one of: default, koha, sisis, alma'],
    ],
    [
      'a listener’s profile that is not there',
      { listeners: [{ ...carrier, port: 0, profile: 'x' }] },
      ['listeners.0.profile: one of: default, koha, sisis, alma'],
    ],
    [
      'a login that is not given',
      { slnp: { profiles: [withLogin] }, peers: [{ ...hub, profile: 'region' }] },
      ['peers.0.login: user, because its profile says SLNPSysParam'],
    ],
    [
      'a login that no caller of a listener knows',
      { listeners: [{ ...carrier, port: 0, login: { user: 'zfl' } }] },
      ['listeners.0.login: nothing: its profile has no login'],
    ],
    [
      'a login that nobody wants',
      { peers: [{ ...hub, login: { user: 'ls' } }] },
      ['peers.0.login: nothing: its profile has no login'],
    ],
    [
      'a listener for somebody unknown',
      { listeners: [{ ...carrier, port: 0, peer: 'ZFL-2' }], peers: [hub] },
      ['listeners.0.peer: the symbol of a peer'],
    ],
    [
      'a password in the file',
      { slnp: { password: 'geheim' } },
      ['slnp.password: the variable INTERLEND_SLNP_PASSWORD, or passwordFile of a login'],
    ],
  ])('with %s: what is wrong is said', (_, more, expected) => {
    expect(check(more)).toEqual(expected);
  });

  it('is that of the peer where a listener is for one peer', () => {
    const more = {
      slnp: { profiles: [withLogin] },
      listeners: [{ ...carrier, port: 0, peer: 'ZFL', login: { user: 'zfl' } }],
      peers: [{ ...hub, profile: 'region', login: { user: 'ls' } }],
    };
    expect(check(more)).toEqual([]);
    // A central server that wants a login need not log in itself.
    expect(check({ ...more, listeners: [{ ...carrier, port: 0, peer: 'ZFL' }] })).toEqual([]);
  });
});

describe('the password of a login', () => {
  const file = (text: string): string => {
    const path = join(folder.path, 'password');
    writeFileSync(path, text);
    return path;
  };
  const slnp = { profiles: [], password: 'of the environment' };

  it('is read from its file, or comes with the environment', () => {
    const passwordFile = file('geheim \n');
    expect(readLogin('k', { user: 'ls', passwordFile }, { slnp })).toEqual({
      user: 'ls',
      password: 'geheim ',
    });
    expect(readLogin('k', { user: 'ls', branch: '1', database: 'd' }, { slnp })).toEqual({
      user: 'ls',
      branch: '1',
      database: 'd',
      password: 'of the environment',
    });
    expect(check({}, { INTERLEND_SLNP_PASSWORD: 'geheim' })).toEqual([]);
  });

  test.each([
    ['two lines', 'geheim\nund mehr\n'],
    ['nothing', ''],
  ])('is not a file with %s, of which nothing is said', (_, text) => {
    const settings = settingsOf(
      {
        ...bare,
        slnp: { profiles: [{ name: 'region', login: 'SLNPSysParam' }] },
        peers: [{ ...hub, profile: 'region', login: { user: 'ls', passwordFile: file(text) } }],
      },
      defaultRegistry,
    );
    expect(() => createServer(settings)).toThrow(
      expect.objectContaining({
        name: 'ConfigError',
        key: 'peers.0.login.passwordFile',
        message:
          'peers.0.login.passwordFile: expected path of a file that holds the password and nothing else',
      }),
    );
  });
});
