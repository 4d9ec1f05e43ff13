import { Parser } from 'htmlparser2';

/** Elements that begin and end a line. */
const lineElements = new Set(
  'address article blockquote body caption dd div dl dt footer form h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
/** Elements whose text is not for readers. */
const silentElements = new Set(['head', 'script', 'style', 'template', 'title', 'noscript']);

/**
 * The text of a letter in HTML: a line per block and per row of a table, so that the rows of a form letter read as
 * `label: value`. What is quoted begins with `>`, as in plain text. Links, pictures and style are left out.
 */
export function htmlText(html: string, mostCharacters: number): string {
  const lines: string[] = [];
  let line = '';
  let kept = 0;
  let silent = 0;
  let quoted = 0;
  const end = (): void => {
    const text = line.replaceAll(/[\s\u00a0]+/g, ' ').trim();
    if (text !== '') lines.push(quoted > 0 ? `> ${text}` : text);
    line = '';
  };
  const parser = new Parser({
    onopentagname(name) {
      if (silentElements.has(name)) silent++;
      if (lineElements.has(name) || name === 'br') end();
      if (name === 'blockquote') quoted++;
    },
    ontext(text) {
      if (silent > 0 || kept >= mostCharacters) return;
      line += text.slice(0, mostCharacters - kept);
      kept += text.length;
    },
    onclosetag(name) {
      if (silentElements.has(name)) silent--;
      if (lineElements.has(name)) end();
      if (name === 'blockquote') quoted--;
      if (name === 'td' || name === 'th') line += ' ';
    },
  });
  parser.end(html);
  end();
  return lines.join('\n');
}
