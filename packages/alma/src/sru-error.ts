import { type ErrorDetails, InterlendError } from '@interlend/core';

/** The search interface refused a query, or what came is no answer of it. */
export class SruError extends InterlendError {
  override readonly name = 'SruError';
  readonly code: 'refused' | 'unexpected-answer';

  constructor(code: 'refused' | 'unexpected-answer', message: string, details?: ErrorDetails) {
    super(message, details);
    this.code = code;
  }
}
