import { expect, test } from 'vitest';
import { features } from '../../features/index.ts';
import { askedBy, type Template } from '../../scripts/preflight/asked.ts';
import { judgeConcurrency } from '../../scripts/preflight/checks.ts';
import { emitting } from '../support/emitting.ts';
import { object, shippedStage, synthesize, testStage } from './template.ts';

const asked = (...of: Parameters<typeof synthesize>) =>
  askedBy(synthesize(...of).template as unknown as Template);
/** What an account has that has asked for nothing, and has been one for some time. */
const usualQuota = 1_000;

test.each(['dev', 'prod'])('%s asks for no more concurrent executions than a usual account has', (stage) => {
  const config = shippedStage(stage);
  const all = asked(config);
  const queues = synthesize(config).ofType('AWS::Lambda::EventSourceMapping');
  const maxima = queues.map(({ properties }) => Number(object(properties.ScalingConfig).MaximumConcurrency));
  expect(all.background).toBe(maxima.reduce((sum, one) => sum + one));
  expect(all.reserved).toBe(0);
  expect(judgeConcurrency(all, usualQuota).result).toBe('ok');
});

test('a stage whose work in the background could take all is found', () => {
  expect(judgeConcurrency(asked(testStage({ deliveryConcurrency: 600 })), usualQuota).result).toBe('warning');
});

test('a stream counts too, once', () => {
  const more =
    asked(testStage(), emitting(features, 'engagement')).background - asked(testStage()).background;
  expect(more).toBe(1);
});

test('both APIs’ rates are asked for', () => {
  expect(asked(testStage({ throttle: { ratePerSecond: 70, burst: 10 } })).requestsPerSecond).toBe(140);
});

test('the role for logs is needed for the access log of the WebSocket API alone', () => {
  expect(asked(testStage()).logRole).toBe('not needed');
  expect(asked(testStage({ accessLogs: { accountRole: true } })).logRole).toBe('set by the stack');
  const { template } = synthesize(testStage({ accessLogs: true }));
  expect(askedBy(template as unknown as Template).logRole).toBe('needed');
  const withoutSocket = Object.entries(object(template.Resources)).filter(
    ([, one]) => object(object(one).Properties).ProtocolType !== 'WEBSOCKET',
  );
  const rest = { Resources: Object.fromEntries(withoutSocket) };
  expect(askedBy(rest as unknown as Template).logRole).toBe('not needed');
});

test('the models are those that a role may ask', () => {
  expect(asked(testStage()).models).toEqual([]);
  const assistant = { provider: 'bedrock', modelId: 'eu.amazon.nova-lite-v1:0' };
  expect(asked(testStage({ assistant })).models).toEqual(['amazon.nova-lite-v1:0']);
});

test.each([
  'application-inference-profile/abc123',
  'provisioned-model/abc123',
  'imported-model/abc123',
  'custom-model-deployment/abc123',
])('a model that is asked by %s is not taken for none', (resource) => {
  const modelId = `arn:aws:bedrock:eu-west-1:123456789012:${resource}`;
  expect(asked(testStage({ assistant: { provider: 'bedrock', modelId } }))).toMatchObject({
    models: [],
    asksUnnamedModel: true,
  });
  expect(asked(testStage()).asksUnnamedModel).toBe(false);
  const named = { provider: 'bedrock', modelId: 'amazon.nova-lite-v1:0' };
  expect(asked(testStage({ assistant: named })).asksUnnamedModel).toBe(false);
});
