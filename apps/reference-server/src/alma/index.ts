/**
 * What is loaded only where a server is wired to an Alma.
 *
 * @packageDocumentation
 */
export { AlmaLink } from './link.js';
export { type MirrorStep, MirrorSteps } from './mirror-steps.js';
