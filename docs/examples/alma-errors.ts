import { AlmaError, createAlmaClient } from '@interlend/alma';
import { createAlmaDouble } from '@interlend/alma/double';

const double = createAlmaDouble();
const alma = createAlmaClient({
  server: 'eu',
  apiKey: 'a-key',
  fetch: (...args) => double.handle(new Request(...args)),
});

try {
  await alma.partners.get('NOBODY');
} catch (error) {
  if (!(error instanceof AlmaError)) throw error;
  console.log(error.message);
  console.log(error.code, error.errorCode, error.trackingId, error.retryable);
  console.log(error.advice);
}
