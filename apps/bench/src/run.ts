import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from './arguments.js';
import { describeMachine } from './machine.js';
import { judge } from './measurement.js';
import { type Chapter, formatPage, formatTable } from './report.js';
import { targets } from './targets.js';
import { root } from './workspace.js';

/** Measures and reports. Gives the exit code: 64 when the arguments are wrong. A missed target is a result, no failure. */
export async function run(args: readonly string[]): Promise<number> {
  const given = readArguments(args, process.env['INIT_CWD'] ?? '.');
  if (typeof given === 'string') {
    process.stderr.write(given);
    return 64;
  }
  const say = (text: string): void => {
    process.stderr.write(`bench: ${text}\n`);
  };
  const chapters: Chapter[] = [];
  for (const { title, method, measure } of given.suites) {
    const findings = await measure({ isLarge: given.isLarge, say });
    chapters.push({ title, method, measurements: findings.map((finding) => judge(finding, targets)) });
  }
  const all = chapters.flatMap(({ measurements }) => measurements);
  process.stdout.write(`${formatTable(all)}\n`);
  if (given.json !== undefined) writeFileSync(given.json, `${JSON.stringify(all, undefined, 2)}\n`);
  if (given.isWritten) {
    writeFileSync(join(root, 'docs', 'performance.md'), formatPage(chapters, describeMachine(new Date())));
  }
  return 0;
}
