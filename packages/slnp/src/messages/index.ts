export {
  AlleBenutzerDaten,
  dummyOrderId,
  FLBestellung,
  type FLBestellungParameters,
  Info2FLServer,
  type Info2FLServerParameters,
  type InfoStatus,
  libraryCommands,
  PFLDatenAenderung,
  type PFLDatenAenderungParameters,
  Quit,
  ServerInit,
  SysParam,
} from './commands.js';
export {
  greetingAttributes,
  isSuccess,
  parseErrorText,
  type SlnpBlock,
  type SlnpCommand,
  type SlnpFields,
  type SlnpGreeting,
  type SlnpMessage,
  type SlnpRecord,
  type SlnpReply,
} from './message.js';
export {
  type CommandFault,
  type CommandTable,
  findFault,
  type Parameter,
  type ParametersOf,
  parametersOf,
} from './parameters.js';
export { dataReply, errorReply, isRetryableCode, okReply, ReplyCodes } from './replies.js';
export { OrderReply, type OrderReplyFields, PatronReply, type PatronReplyFields } from './reply-fields.js';
