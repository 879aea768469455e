import { expect, test } from 'vitest';
import { features } from '../../features/index.ts';
import { chooseStage } from '../../lib/settings/stageConfig.ts';
import { list, object, type Synthesized, synthesize, testStage } from './template.ts';

const domain = {
  socket: 'live.acme.test',
  http: 'api.acme.test',
  certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/abc',
};
const plain = synthesize(testStage());
const named = synthesize(testStage({ domain }));
const inZone = synthesize(testStage({ domain: { ...domain, hostedZone: { id: 'Z1', name: 'acme.test' } } }));

const outputsOf = ({ template, text }: Synthesized) =>
  Object.fromEntries(
    Object.entries(object(template.Outputs)).map(([name, output]) => [name, text(object(output).Value)]),
  );
const callbacksOf = ({ functions, text }: Synthesized) =>
  functions.flatMap(({ properties }) => {
    const url = object(object(properties.Environment).Variables).MANAGEMENT_URL;
    return url === undefined ? [] : [text(url)];
  });

test('each of the two APIs is at the root of its own name, and the outputs say so', () => {
  const mapped = named
    .ofType('AWS::ApiGatewayV2::ApiMapping')
    .map(({ properties: { ApiId, DomainName, ApiMappingKey, Stage } }) => [
      named.text(ApiId),
      named.byId(named.text(DomainName)).properties.DomainName,
      ApiMappingKey,
      named.text(Stage),
    ]);
  expect(mapped).toEqual([
    ['socketApi', 'live.acme.test', undefined, 'test'],
    ['httpApi', 'api.acme.test', undefined, '$default'],
  ]);
  // A stage is named, not referred to, so that nothing else says that it has to be there before.
  for (const { raw } of named.ofType('AWS::ApiGatewayV2::ApiMapping')) {
    const types = list(raw.DependsOn).map((id) => named.byId(String(id)).type);
    expect(types).toContain('AWS::ApiGatewayV2::Stage');
  }
  for (const { properties } of named.ofType('AWS::ApiGatewayV2::DomainName')) {
    expect(properties.DomainNameConfigurations).toEqual([
      { CertificateArn: domain.certificateArn, EndpointType: 'REGIONAL' },
    ]);
  }
  expect(outputsOf(named)).toMatchObject({
    WebSocketUrl: 'wss://live.acme.test',
    HttpUrl: 'https://api.acme.test',
  });
});

test('connections are posted to by API Gateway’s own name, whatever clients connect to', () => {
  const own = 'https://socketApi.execute-api.{Region}.{URLSuffix}/test';
  for (const stack of [plain, named, inZone]) {
    expect(new Set(callbacksOf(stack))).toEqual(new Set([own]));
    expect(callbacksOf(stack).length).toBeGreaterThan(5);
    expect(outputsOf(stack)).toMatchObject({ ManagementUrl: own });
    for (const { properties } of stack.ofType('AWS::ApiGatewayV2::Api')) {
      expect(properties.DisableExecuteApiEndpoint ?? false).toBe(false);
    }
  }
});

test('with a hosted zone the names are entered there; without one, outputs say what they have to lead to', () => {
  const records = inZone.ofType('AWS::Route53::RecordSet').map(({ properties }) => properties);
  expect(records).toMatchObject([
    { Name: 'live.acme.test.', Type: 'A', HostedZoneId: 'Z1' },
    { Name: 'api.acme.test.', Type: 'A', HostedZoneId: 'Z1' },
  ]);
  for (const [at, { AliasTarget }] of records.entries()) {
    const { id } = inZone.ofType('AWS::ApiGatewayV2::DomainName')[at] ?? {};
    expect(inZone.text(object(AliasTarget).DNSName)).toBe(`${id}.RegionalDomainName`);
  }
  expect(outputsOf(inZone)).not.toHaveProperty('SocketNameTarget');
  expect(named.ofType('AWS::Route53::RecordSet')).toEqual([]);
  expect(outputsOf(named)).toMatchObject({
    SocketNameTarget: expect.stringMatching(/\.RegionalDomainName$/),
    HttpNameTarget: expect.stringMatching(/\.RegionalDomainName$/),
  });
});

test('the socket alone may have a name, and a stage without one has none', () => {
  const { http: _, ...socketOnly } = domain;
  const outputs = outputsOf(synthesize(testStage({ domain: socketOnly })));
  expect(outputs.WebSocketUrl).toBe('wss://live.acme.test');
  expect(outputs.HttpUrl).toBe('https://httpApi.execute-api.{Region}.{URLSuffix}');
  expect(plain.ofType('AWS::ApiGatewayV2::DomainName')).toEqual([]);
});

test('a laptop has none', () => {
  const laptop = { httpUrl: 'http://127.0.0.1:1', settings: {} };
  const config = chooseStage(features, { dev: { domain } }, 'dev', laptop);
  expect(synthesize(config).ofType('AWS::ApiGatewayV2::DomainName')).toEqual([]);
});
