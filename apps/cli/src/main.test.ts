import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { encode, randomApdu } from '@interlend/iso-ill';
import { seededRandom } from '@interlend/wire/ber/random';
import { describe, expect, it } from 'vitest';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const program = [
  '--conditions=@interlend/source',
  `--import=${new URL('../../../scripts/sources.js', import.meta.url).href}`,
  path('./main.ts'),
];
const decode = [...program, 'decode', '--protocol', 'iso-ill'];

const messages = Array.from({ length: 2000 }, (_, seed) => encode(randomApdu(seededRandom(seed))));

describe('the interlend process', () => {
  it('reads standard input, prints lines of JSON only, and gives the exit code', async () => {
    const child = spawn(process.execPath, decode, { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end(Buffer.concat([...messages.slice(0, 3), Buffer.from('no APDU')]));
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map(({ source }) => source)).toEqual(['-', '-#2', '-#3', '-#4']);
    expect(stderr).toBe('');
    expect(exitCode).toBe(65);
  });

  it('says nothing when its reader has seen enough', async () => {
    const child = spawn(process.execPath, decode, { stdio: ['pipe', 'pipe', 'pipe'] });
    // The child may end before it has taken all of its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(Buffer.concat(messages));
    const stderr = text(child.stderr);
    const closed = once(child, 'close');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await stderr).toBe('');
    expect((await closed)[0]).toBe(0);
  });

  it('gives its exit code when nobody reads its complaints', async () => {
    const child = spawn(process.execPath, [...program, 'encode', '--protocol', 'iso-ill'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stderr.destroy();
    child.stdin.end('no JSON\n'.repeat(100));
    child.stdout.resume();
    expect((await once(child, 'close'))[0]).toBe(65);
  });
});

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
