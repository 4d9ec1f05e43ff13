import { ConfigError } from '@interlend/core';
import { isMailAddress } from '@interlend/mail';
import type { ReadingRules } from './guard.js';

type Accepts = (text: string) => boolean;

/** Reads settings of unknown origin. Errors name the key and what is accepted, never what was found: it may be a password. */
export class SettingsReader {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;

  /** @throws ConfigError for another thing than a mapping of the known keys */
  constructor(value: unknown, path: string, known: readonly string[]) {
    this.#path = path;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.#wrong('', `a mapping with the keys ${known.join(', ')}`);
    this.#values = value as Readonly<Record<string, unknown>>;
    const unknown = Object.keys(value).find((key) => !known.includes(key));
    if (unknown !== undefined) throw this.#wrong(unknown, `one of the keys ${known.join(', ')}`);
  }

  #wrong(key: string, accepted: string): ConfigError {
    const path = key === '' ? this.#path : `${this.#path}.${key}`;
    return new ConfigError(`${path}: expected ${accepted}`, { key: path, accepted });
  }

  maybeText(key: string, accepts: Accepts, accepted: string): string | undefined {
    const value = this.#values[key];
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || !accepts(value)) throw this.#wrong(key, accepted);
    return value;
  }

  text(key: string, accepts: Accepts, accepted: string): string {
    const value = this.maybeText(key, accepts, accepted);
    if (value === undefined) throw this.#wrong(key, accepted);
    return value;
  }

  texts(key: string, fallback: readonly string[], accepts: Accepts, accepted: string): readonly string[] {
    const value = this.#values[key];
    if (value === undefined) return fallback;
    if (!Array.isArray(value) || !value.every((each) => typeof each === 'string' && accepts(each)))
      throw this.#wrong(key, `a list of ${accepted}`);
    return value as readonly string[];
  }

  flag(key: string): boolean {
    const value = this.#values[key] ?? false;
    if (typeof value !== 'boolean') throw this.#wrong(key, 'true or false');
    return value;
  }

  whole(key: string, least: number, most: number, fallback: number): number {
    const value = this.#values[key] ?? fallback;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw this.#wrong(key, `a whole number from ${least} to ${most}`);
    return value;
  }

  group(key: string, known: readonly string[]): SettingsReader {
    return new SettingsReader(this.#values[key] ?? {}, `${this.#path}.${key}`, known);
  }

  groups(key: string, known: readonly string[]): readonly SettingsReader[] {
    const value = this.#values[key] ?? [];
    if (!Array.isArray(value)) throw this.#wrong(key, 'a list');
    return value.map((each, index) => new SettingsReader(each, `${this.#path}.${key}.${index}`, known));
  }

  mapping(key: string): Readonly<Record<string, unknown>> {
    const value = this.#values[key] ?? {};
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.#wrong(key, 'a mapping');
    return value as Readonly<Record<string, unknown>>;
  }

  /** How mails of the partner are taken; the same for every partner over mail. */
  readingRules(to: string): ReadingRules {
    const replies = this.maybeText(
      'replies',
      (text) => text === 'propose' || text === 'automatic',
      'propose or automatic',
    );
    return {
      senders: [to, ...this.texts('senders', [], isMailAddress, 'mail addresses')],
      replies: replies === 'automatic' ? 'automatic' : 'propose',
      needsProof: this.flag('needsProof'),
    };
  }
}
