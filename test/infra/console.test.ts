import { expect, test } from 'vitest';
import { features } from '../../features/index.ts';
import { chooseStage } from '../../lib/settings/stageConfig.ts';
import { circlesIn } from './circles.ts';
import {
  type Json,
  type JsonObject,
  list,
  object,
  type Synthesized,
  synthesize,
  testStage,
} from './template.ts';

const plain = synthesize(testStage());
const shown = synthesize(testStage({ console: true, allowedOrigins: ['https://app.acme.test'] }));
const domain = {
  socket: 'live.acme.test',
  certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/abc',
};
const named = synthesize(testStage({ console: true, domain }));

function only({ ofType }: Synthesized, type: string): JsonObject {
  const [found, second] = ofType(type);
  if (!found || second) throw new Error(`one ${type} expected`);
  return found.properties;
}
const site = (stack: Synthesized) => object(only(stack, 'AWS::CloudFront::Distribution').DistributionConfig);
const headersOf = (stack: Synthesized) =>
  object(only(stack, 'AWS::CloudFront::ResponseHeadersPolicy').ResponseHeadersPolicyConfig);
const policyOf = (stack: Synthesized) => {
  const security = object(headersOf(stack).SecurityHeadersConfig);
  return stack.text(object(security.ContentSecurityPolicy).ContentSecurityPolicy);
};
const settingsOf = ({ functions, text }: Synthesized) =>
  functions.flatMap(({ properties }) => {
    const settings = object(object(properties.Environment).Variables).SETTINGS;
    return settings === undefined ? [] : [JSON.parse(text(settings)) as { allowedOrigins: string[] }];
  });
const address = (stack: Synthesized) =>
  `https://${stack.ofType('AWS::CloudFront::Distribution')[0]?.id}.DomainName`;

test('a stage that asks for none has nothing of it, and so has a laptop whose stage asks for one', () => {
  const laptop = chooseStage(features, { dev: { console: true } }, 'dev', {
    httpUrl: 'http://127.0.0.1:1',
    settings: {},
  });
  for (const stack of [plain, synthesize(laptop)]) {
    const types = stack.resources.map(({ type }) => type);
    expect(types.filter((type) => /CloudFront|S3|^Custom/.test(type))).toEqual([]);
    expect(stack.template.Outputs).not.toHaveProperty('ConsoleUrl');
  }
  // What it adds, it adds beside the rest.
  const ids = new Set(shown.resources.map(({ id }) => id));
  expect(plain.resources.filter(({ id }) => !ids.has(id)).map(({ id }) => id)).toEqual([]);
});

test('its files are in a bucket that only its distribution reads, encrypted, and gone with the stack', () => {
  const bucket = only(shown, 'AWS::S3::Bucket');
  expect(bucket.PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  });
  expect(JSON.stringify(bucket.BucketEncryption)).toContain('AES256');
  const statements = list(object(only(shown, 'AWS::S3::BucketPolicy').PolicyDocument).Statement).map(object);
  expect(statements).toContainEqual(
    expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
  );
  const readers = statements.filter(({ Effect, Action }) => Effect === 'Allow' && Action === 's3:GetObject');
  expect(readers.map(({ Principal }) => Principal)).toEqual([{ Service: 'cloudfront.amazonaws.com' }]);
  expect(shown.text(object(object(readers[0]?.Condition).StringEquals)['AWS:SourceArn'])).toContain(
    shown.ofType('AWS::CloudFront::Distribution')[0]?.id,
  );
  const protectedStage = synthesize(testStage({ console: true, deletionProtection: true }));
  expect(protectedStage.ofType('AWS::S3::Bucket')[0]?.raw.DeletionPolicy).toBe('Delete');
  expect(protectedStage.ofType('Custom::S3AutoDeleteObjects')).toHaveLength(1);
});

test('the page is at the address itself; what it loads is kept, it and what the API answers are not', () => {
  const config = site(shown);
  expect(config.DefaultRootObject).toBe('index.html');
  expect(config.PriceClass).toBe('PriceClass_100');
  const behaviors = list(config.CacheBehaviors).map(object);
  const cachePolicyOf = ({ CachePolicyId }: JsonObject) => CachePolicyId;
  const notKept = cachePolicyOf(object(config.DefaultCacheBehavior));
  const kept = behaviors.filter((behavior) => cachePolicyOf(behavior) !== notKept);
  expect(kept.map(({ PathPattern }) => PathPattern)).toEqual(['console/*']);
  const deployed = shown.ofType('Custom::CDKBucketDeployment').map(({ properties }) => properties);
  expect(
    deployed.map(({ DestinationBucketKeyPrefix, SystemMetadata, Prune }) => [
      DestinationBucketKeyPrefix,
      object(SystemMetadata)['cache-control'],
      Prune,
    ]),
  ).toEqual([
    ['console/', 'public, max-age=31536000, immutable', false],
    [undefined, 'no-cache', false],
  ]);
  const [parts, page] = shown.ofType('Custom::CDKBucketDeployment');
  expect(list(page?.raw.DependsOn)).toContain(parts?.id);
});

test('each path of the HTTP API is behind its address, with the token and whatever the method', () => {
  const ofApi = list(site(shown).CacheBehaviors)
    .map(object)
    .filter(({ PathPattern }) => PathPattern !== 'console/*');
  const routes = shown
    .ofType('AWS::ApiGatewayV2::Route')
    .flatMap(({ properties }) => /^(?:GET|POST) (.*)$/.exec(String(properties.RouteKey))?.[1] ?? [])
    .map((path) => path.replace('{action}', '*'));
  expect(routes).toContain('/actions/*');
  expect(ofApi.map(({ PathPattern }) => PathPattern)).toEqual(routes);
  for (const behavior of ofApi) {
    expect(behavior.ViewerProtocolPolicy).toBe('https-only');
    expect(behavior.AllowedMethods).toContain('POST');
    // AllViewerExceptHostHeader: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
    expect(behavior.OriginRequestPolicyId).toBe('b689b0a8-53d0-40ab-baf2-68738e2966ac');
  }
  const origins = list(site(shown).Origins).map(object);
  expect(origins.map(({ DomainName }) => shown.text(DomainName))).toContain(
    'httpApi.execute-api.{Region}.{URLSuffix}',
  );
});

test('its pages may connect, and are not in the CORS of the API, which cannot know them', () => {
  const settings = settingsOf(shown);
  expect(settings.length).toBeGreaterThan(5);
  for (const { allowedOrigins } of settings) {
    expect(allowedOrigins).toEqual(['https://app.acme.test', address(shown)]);
  }
  const cors = shown
    .ofType('AWS::ApiGatewayV2::Api')
    .flatMap(({ properties }): Json[] => (properties.CorsConfiguration ? [properties.CorsConfiguration] : []))
    .map((one) => object(one).AllowOrigins);
  expect(cors).toEqual([['https://app.acme.test']]);
});

test.each([
  ['API Gateway’s name', shown, 'wss://socketApi.execute-api.{Region}.{URLSuffix}/test'],
  ['a name of one’s own', named, 'wss://live.acme.test'],
])(
  'with %s its pages ask nobody but themselves and the socket, and console.json names these',
  (_, stack, socket) => {
    expect(policyOf(stack)).toContain(`connect-src 'self' ${socket};`);
    expect(policyOf(stack)).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    const security = object(headersOf(stack).SecurityHeadersConfig);
    expect(security).toMatchObject({
      StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000 },
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY' },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
    });
    const page = stack.ofType('Custom::CDKBucketDeployment')[1];
    const markers = list(page?.properties.SourceMarkers).flatMap((one) => Object.values(object(one)));
    expect(markers.map(stack.text)).toEqual(
      expect.arrayContaining([expect.stringContaining(`${address(stack).slice('https://'.length)}`)]),
    );
    expect(stack.text(object(object(stack.template.Outputs).ConsoleUrl).Value)).toBe(address(stack));
  },
);

test('nothing of a stage waits for what waits for it', () => {
  expect(circlesIn(named)).toEqual([]);
});
