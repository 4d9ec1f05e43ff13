import {
  ErrorKinds,
  FunctionalityCalls,
  type Operation,
  Operations,
  RecordSchemas,
  Regions,
} from '@interlend/alma';
import { Behaviours } from '@interlend/alma-simulator';
import { MirrorSteps } from '@interlend/reference-server/alma';
import { formatTable } from './format-table.js';

/** The tables of the guide to Alma by the name in their markers. */
export const almaTables: Readonly<Record<string, () => string>> = {
  'alma regions': () =>
    formatTable(
      ['region', 'place', 'address', 'evidence'],
      Object.entries(Regions).map(([name, { place, url, evidence }]) => [
        `\`${name}\``,
        place,
        `\`${url}\``,
        evidence,
      ]),
    ),
  'alma calls': () =>
    formatTable(
      ['call', 'does', 'repeated', 'evidence'],
      Object.values<Operation>(Operations).map(({ method, path, does, isRepeatable, evidence }) => [
        `\`${method} ${path}\``,
        does,
        isRepeatable ? 'yes' : 'no',
        evidence,
      ]),
    ),
  'alma errors': () =>
    formatTable(
      ['code', 'again later', 'what to do'],
      Object.entries(ErrorKinds).map(([code, { retryable, advice }]) => [
        `\`${code}\``,
        retryable ? 'yes' : 'no',
        advice,
      ]),
    ),
  'alma functionality': () =>
    formatTable(
      ['word', 'side', 'what', 'by', 'evidence'],
      FunctionalityCalls.map(({ word, side, does, act, says, evidence }) => [
        word,
        side,
        does,
        act === undefined ? `message \`${says}\`, or by hand` : `\`${act}\``,
        evidence,
      ]),
    ),
  'alma records': () =>
    formatTable(
      ['record', 'schema of the vendor', 'fields', 'compared with it', 'evidence', 'note'],
      RecordSchemas.map(({ kind, schema, isChecked, evidence, note }) => [
        `\`${kind.record}\``,
        schema === undefined ? '' : `\`${schema}\``,
        String(Object.keys(kind.fields).length),
        isChecked ? 'yes' : 'no',
        evidence,
        note,
      ]),
    ),
  'alma behaviours': () =>
    formatTable(
      ['area', 'behaviour', 'evidence', 'note'],
      Behaviours.map(({ area, behaviour, evidence, note }) => [area, behaviour, evidence, note ?? '']),
    ),
  'alma mirror': () =>
    formatTable(
      ['role', 'when', 'Alma'],
      MirrorSteps.map(({ role, on, does }) => [role, `\`${on}\``, does]),
    ),
};
