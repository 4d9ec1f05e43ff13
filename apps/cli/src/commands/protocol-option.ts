import { Option } from 'commander';
import { type MessageCodec, protocols } from '../protocols.js';

/** `--protocol`, which every command on messages needs. The value is the codec. */
export function protocolOption(): Option {
  const names = [...protocols.keys()];
  return new Option('--protocol <name>', `one of: ${names.join(', ')}`).choices(names).makeOptionMandatory();
}

/** The codec of a name that {@link protocolOption} let pass. */
export function codecNamed(name: string): MessageCodec {
  const codec = protocols.get(name);
  if (!codec) throw new RangeError(`no protocol is named ${name}`);
  return codec;
}
