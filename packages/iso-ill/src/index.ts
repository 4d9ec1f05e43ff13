export {
  createFramer,
  type DecodeOptions,
  decode,
  decodeAll,
  type EncodeOptions,
  encode,
  randomApdu,
} from './codec.js';
export { illLimits } from './limits.js';
export * from './messages/index.js';
