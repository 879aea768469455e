import { expect, test } from 'vitest';
import { dynamoClient } from './client.ts';

test('what is asked and answered is copied for no logger, and traced for nobody', () => {
  const steps = dynamoClient({ region: 'eu-central-1' }).middlewareStack.identify().join('\n');
  expect(steps).toMatch(/^serializerMiddleware/m);
  expect(steps).not.toMatch(/logger|recursion/i);
});
