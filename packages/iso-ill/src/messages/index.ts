export * from './apdus.js';
export * from './enumerations.js';
export * from './extensions.js';
export { ExternalValue, type KnownExternal } from './external-value.js';
export {
  defaultExternalRegistry,
  type RegisteredExternals,
  registeredExternals,
} from './registered-externals.js';
export { IllString, IsoDate, IsoTime, illText } from './strings.js';
export * from './system-id.js';
export * from './types.js';
