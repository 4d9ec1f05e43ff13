import { faultsOf } from './fault.js';

/** Mistakes in the neutral machine and in the reference server. */
export const serverFaults = [
  ...faultsOf('core', 'packages/core/src', {
    'due-not-kept': {
      does: 'A granted renewal does not move the day on which the item is due',
      file: 'transaction.ts',
      find: "case 'renewAnswered':\n      return event.isAccepted ? known({ due: event.due, isRenewable: event.isRenewable }) : {};",
      put: "case 'renewAnswered':\n      return {};",
      names: 'due',
    },
    'outcome-not-kept': {
      does: 'Why a request was not filled is forgotten',
      file: 'transaction.ts',
      find: "return { outcome: { kind: 'unfilled', ...known({ reason: event.reason }) } };",
      put: "return { outcome: { kind: 'unfilled' } };",
      names: 'reason',
    },
    'damage-not-kept': {
      does: 'A damage is forgotten',
      file: 'transaction.ts',
      find: 'return { isDamaged: true };',
      put: 'return {};',
      names: 'isDamaged',
    },
  }),
  ...faultsOf('server', 'apps/reference-server/src', {
    'answers-kept-back': {
      does: 'Answers to what came in stay in the outbox',
      file: 'intake/intake.ts',
      find: '    delivery.offer(posted);\n    return result;',
      put: '    return result;',
      names: 'nothing came',
    },
    'states-one-behind': {
      does: 'The timeline shows the state before each event',
      file: 'loan-step.ts',
      find: '            state: next.transaction.state,',
      put: '            state: record.transaction.state,',
      names: 'state',
    },
    'profile-ignored': {
      does: 'What is known of a partner’s system is not used',
      file: 'directory.ts',
      find: '...(peer?.profile === undefined ? {} : { profile: peer.profile }),',
      put: '',
      names: 'chargeableUnits',
    },
    'connection-not-used': {
      does: 'Answers do not take the connection on which the requester waits',
      file: 'intake/intake.ts',
      find: '    if (isOpenChannel(channel) && result.queue !== undefined) delivery.bind(result.queue, channel);\n',
      put: '',
      names: 'nothing came',
    },
    'request-not-confirmed': {
      does: 'A requester that waits on its connection is not told that its request has come',
      file: 'intake/without-staff.ts',
      find: 'if (!isAwaited || !correlation.isOpening || !isTaken || step.replies.length > 0) return step;',
      put: 'return step;',
      names: 'nothing came',
    },
    'group-replaced': {
      does: 'A request gets a group of its own instead of that of the reader’s request',
      file: 'desk/desk.ts',
      find: 'group: group ?? ids.next(),',
      put: 'group: ids.next(),',
      names: 'transactionGroupQualifier',
    },
    'action-swapped': {
      does: 'What staff says to a cancel is taken for the opposite',
      file: 'api/actions.ts',
      find: "(body) => ({ type: 'cancelAnswered', ...byLender, ...body }),",
      put: "(body) => ({ type: 'cancelAnswered', ...byLender, ...body, isAccepted: !body.isAccepted }),",
      names: 'cancelled',
    },
    'repeats-sent-twice': {
      does: 'Every message is put into the outbox twice',
      file: 'loan-step.ts',
      find: '  return messages.map((message) => ({',
      put: '  return messages.flatMap((message) => [message, message]).map((message) => ({',
      names: 'it said 2',
    },
    'octets-changed': {
      does: 'The server reads the first message of each connection with its last octet missing',
      file: 'intake/intake.ts',
      find: 'const decoded = tryDecode(protocol, octets, { profile });',
      put: 'const decoded = tryDecode(protocol, octets.subarray(0, -1), { profile });',
      names: 'undecodable',
    },
    'warnings-only': {
      does: 'What comes in changes nothing',
      file: 'loan-step.ts',
      find: 'event === undefined ? { transaction: record.transaction, warnings: [] } : move(record.transaction, event);',
      put: "event === undefined || source === 'wire' ? { transaction: record.transaction, warnings: [] } : move(record.transaction, event);",
      names: 'state',
    },
  }),
];
