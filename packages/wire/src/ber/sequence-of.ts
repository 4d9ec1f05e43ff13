import { identifierOctets, Universal } from './tag.js';
import type { BerType } from './type.js';

const identifier = identifierOctets(Universal.sequence, true);

/** SEQUENCE OF, X.690 8.10. A number of members outside `size` is a deviation when reading, an error when writing. */
export function sequenceOf<Value>(
  member: BerType<Value>,
  size: { readonly least?: number; readonly most?: number } = {},
): BerType<readonly Value[]> & { readonly member: BerType<Value> } {
  const { least = 0, most = Number.POSITIVE_INFINITY } = size;
  const name = `SEQUENCE OF ${member.name}`;
  const complain = (count: number): string | undefined =>
    count < least || count > most ? `expected ${least} to ${most} members, found ${count}` : undefined;
  const type: BerType<readonly Value[]> & { readonly member: BerType<Value> } = {
    name,
    member,
    tags: [Universal.sequence],
    canBeImplicit: true,
    isConstructed: true,
    isEmptyMeaningless: false,
    readContents(reader, length, isConstructed) {
      if (!isConstructed) reader.fail('mistyped', `${name} has a primitive encoding`);
      const outer = reader.enter(length);
      const contentsStart = reader.position;
      const depth = reader.pathDepth;
      const members: Value[] = [];
      while (reader.hasMore(length)) {
        if (members.length >= reader.limits.listMembers) {
          reader.pathDepth = depth;
          reader.fail('limit', `list of more than ${reader.limits.listMembers} members`);
        }
        reader.path[depth] = members.length;
        reader.pathDepth = depth + 1;
        const start = reader.position;
        reader.readHeader();
        members.push(member.readTagged(reader, start));
      }
      reader.pathDepth = depth;
      reader.leave(outer);
      const complaint = complain(members.length);
      if (complaint !== undefined) reader.deviate('list-size', complaint, undefined, contentsStart);
      return members;
    },
    readTagged(reader, headerStart) {
      if (reader.tag !== Universal.sequence) reader.failTag(`${name} [UNIVERSAL 16]`, headerStart);
      return type.readContents(reader, reader.length, reader.isConstructed);
    },
    writeContents(writer, value) {
      if (!Array.isArray(value)) writer.fail('invalid-value', `expected a list, found ${typeof value}`);
      const complaint = complain(value.length);
      if (complaint !== undefined) writer.fail('invalid-value', complaint);
      const depth = writer.pathDepth++;
      for (let index = value.length - 1; index >= 0; index--) {
        writer.path[depth] = index;
        member.write(writer, value[index] as Value);
      }
      writer.pathDepth = depth;
    },
    write(writer, value) {
      const before = writer.length;
      type.writeContents(writer, value);
      writer.prependHeader(identifier, before);
    },
    sample: (random, budget) =>
      Array.from({ length: Math.min(most, Math.max(least, budget > 0 ? Math.floor(random() * 3) : 0)) }, () =>
        member.sample(random, budget - 1),
      ),
  };
  return type;
}
