import type { Trial } from './trial.js';

const longestText = 220;

function cell(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '\\<');
  return line.length > longestText ? `${line.slice(0, longestText)}…` : line;
}

/** The trials as the text of their page. */
export function formatSabotagePage(trials: readonly Trial[]): string {
  const red = trials.filter(({ verdict }) => verdict === 'red').length;
  return [
    '# Sabotage',
    '',
    'Does the suite notice? Written by `npm run sabotage -- --write`; not edited by hand. Each row is a mistake that was put into a copy',
    'of the sources, alone, and taken out again. Then the conformance suite ran on that copy until something failed. *Red* means',
    'that the run failed and that its first message names what is wrong.',
    '',
    `${red} of ${trials.length} faults are red.`,
    '',
    '| fault | what is wrong | verdict | found by | message |',
    '| --- | --- | --- | --- | --- |',
    ...trials.map(({ fault, verdict, finding }) => {
      const by = finding ? `${finding.exchange} ${finding.check}` : '';
      const cells = [
        `\`${fault.id}\``,
        fault.does,
        verdict === 'red' ? 'red' : `**${verdict}**`,
        by,
        finding?.text ?? '',
      ];
      return `| ${cells.map(cell).join(' | ')} |`;
    }),
    '',
  ].join('\n');
}
