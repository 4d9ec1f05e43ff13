import { createAlmaClient, createFunctionality, functionalityFor } from '@interlend/alma';
import { createAlmaDouble } from '@interlend/alma/double';

const double = createAlmaDouble({
  seed: {
    users: [{ primary_id: 'reader', full_name: 'Example Reader', rs_library: [{ code: { value: 'RS' } }] }],
  },
});
const alma = createAlmaClient({
  server: 'eu',
  apiKey: 'a-key',
  fetch: (...args) => double.handle(new Request(...args)),
});

const { Fulfillment } = createFunctionality(alma);
const { rs_library } = await Fulfillment.lookUpPatron('reader');
console.log(rs_library?.[0]?.code?.value);

for (const { word, side, does, way } of functionalityFor('SLNP')) {
  if (word === 'Fulfillment') console.log(`${side} ${does}:`, way.by === 'message' ? way.event : way);
}
