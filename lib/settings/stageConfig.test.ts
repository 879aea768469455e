import { describe, expect, test } from 'vitest';
import { createApp } from '../../core/api/createApp.ts';
import { features } from '../../features/index.ts';
import { ConfigurationError, parseStageConfig } from './stageConfig.ts';

const tokens = {
  issuer: 'https://issuer.example.com',
  audience: 'a',
  jwksUrl: 'https://issuer.example.com/jwks',
};
const where = 'cdk.json: context.stages.dev';

function problemsOf(input: unknown, stage = 'dev'): string[] {
  try {
    parseStageConfig(features, stage, input, where);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split('; ');
    throw error;
  }
  return [];
}

describe('a stage', () => {
  test('needs no setting, and is safe where it says nothing', () => {
    const { settings, ...infrastructure } = parseStageConfig(features, 'dev', {}, where);
    expect(settings).toMatchObject({ stage: 'dev', allowedOrigins: [], completions: false });
    expect(settings.tokens).toBeUndefined();
    expect(infrastructure).toEqual({
      console: false,
      logRetentionDays: 30,
      deletionProtection: true,
      tableKey: 'aws-owned',
      throttle: { ratePerSecond: 1_000, burst: 500 },
      deliveryConcurrency: 2,
      accessLogs: false,
      tags: {},
      tracing: false,
      dashboard: false,
      publisherAccounts: [],
    });
  });

  test.each([
    [{ tokens: { ...tokens, issuer: 'nobody' } }, 'tokens.issuer: must be a URL'],
    [{ tokens: { issuer: tokens.issuer } }, 'tokens.audience: is missing'],
    [{ tokens: { audience: 'a' } }, 'tokens.issuer: is missing'],
    [
      { tokens: { issuer: 'http://issuer.example.com', audience: 'a' } },
      'tokens.issuer: must begin with https://, since the keys are found by it: or set tokens.jwksUrl',
    ],
    [{ alarms: { runbookUrl: 'wiki/tidings' } }, 'alarms.runbookUrl: must begin with https://'],
    [{ budget: { monthlyUsd: 0, emails: ['a@b.example'] } }, 'budget.monthlyUsd: must be at least 1'],
    [{ budget: { monthlyUsd: 50 } }, 'budget.emails: is missing'],
    [{ budget: { monthlyUsd: 50, emails: [] } }, 'budget.emails: must not be empty'],
    [{ tokens: { ...tokens, audience: 7 } }, 'tokens.audience: must be a text, or a list of texts'],
    [{ tokens: { ...tokens, audience: [] } }, 'tokens.audience: must not be empty'],
    [{ tokens: { ...tokens, audience: ['a', ''] } }, 'tokens.audience.1: must not be empty'],
    [
      { tokens: { ...tokens, roleMap: { 'support-team': 'staff' } } },
      'tokens.roleMap.support-team: must be msp, client, admin, service, or a list of these',
    ],
    [
      { tokens: { ...tokens, roleMap: { 'support-team': ['msp', 'staff'] } } },
      'tokens.roleMap.support-team: must be msp, client, admin, service, or a list of these',
    ],
    [{ tokens: { ...tokens, roleMap: [] } }, 'tokens.roleMap: must be an object'],
    [{ tokens: { ...tokens, claims: { roles: '' } } }, 'tokens.claims.roles: must not be empty'],
    [
      { tokens: { ...tokens, jwksUrl: 'http://keys.example.com' } },
      'tokens.jwksUrl: must begin with https://',
    ],
    [{ tokens: { ...tokens, audience: '' } }, 'tokens.audience: must not be empty'],
    [{ tokens, limits: { connectionsPerUser: 0 } }, 'limits.connectionsPerUser: must be at least 1'],
    [{ tokens, limits: { frameBytes: 40_000 } }, 'limits.frameBytes: must be at most 32000'],
    [{ tokens, limits: { kindsPerClient: 1 } }, 'limits.kindsPerClient: must be at least 2'],
    [{ tokens, limits: { appointmentsPerDoctor: 1 } }, 'limits.appointmentsPerDoctor: must be at least 2'],
    [{ tokens, retentionHours: 1.5 }, 'retentionHours: must be a whole number'],
    [{ tokens, retentionHours: '24' }, 'retentionHours: must be a number'],
    [{ tokens, allowQueryToken: 'no' }, 'allowQueryToken: must be true or false'],
    [{ tokens, limitPolicy: 'queue' }, 'limitPolicy: must be one of reject, evict-oldest'],
    [{ tokens, allowedOrigins: 'https://app.example.com' }, 'allowedOrigins: must be a list'],
    [{ tokens, deliveryConcurrency: 1 }, 'deliveryConcurrency: must be at least 2'],
    [{ tokens, throttle: { ratePerSecond: 10 } }, 'throttle.burst: is missing'],
  ])('%j is refused, and the message names the setting', (input, message) => {
    expect(problemsOf(input)).toEqual([`${where}.${message}`]);
  });

  describe('a limit of which clients have a share', () => {
    const limitsOf = (limits: object) =>
      parseStageConfig(features, 'dev', { tokens, limits }, where).settings.limits;

    test.each([
      [{}, 500, 400],
      [{ appointmentsPerDoctor: 450 }, 450, 360],
      [{ appointmentsPerDoctor: 300 }, 300, 240],
      [{ appointmentsPerDoctor: 2 }, 2, 1],
      [{ clientAppointmentsPerDoctor: 499 }, 500, 499],
      [{ appointmentsPerDoctor: 300, clientAppointmentsPerDoctor: 299 }, 300, 299],
    ])('%j leaves staff some of a doctor’s appointments: of %i clients book %i', (limits, whole, share) => {
      expect(limitsOf(limits)).toMatchObject({
        appointmentsPerDoctor: whole,
        clientAppointmentsPerDoctor: share,
      });
    });

    test.each([
      [{}, 64, 16],
      [{ kindsPerClient: 22 }, 22, 16],
      [{ kindsPerClient: 16 }, 16, 12],
      [{ kindsPerClient: 3 }, 3, 2],
      [{ kindsPerClient: 17, clientKindsPerClient: 16 }, 17, 16],
    ])('%j leaves staff some kinds of interaction: of %i clients open %i', (limits, whole, share) => {
      expect(limitsOf(limits)).toMatchObject({ kindsPerClient: whole, clientKindsPerClient: share });
    });

    test.each([
      [
        { appointmentsPerDoctor: 300, clientAppointmentsPerDoctor: 300 },
        'clientAppointmentsPerDoctor: must be less than appointmentsPerDoctor (300): the rest is the staff’s',
      ],
      [
        { clientAppointmentsPerDoctor: 500 },
        'clientAppointmentsPerDoctor: must be less than appointmentsPerDoctor (500): the rest is the staff’s',
      ],
      [
        { kindsPerClient: 8, clientKindsPerClient: 16 },
        'clientKindsPerClient: must be less than kindsPerClient (8): the rest is the staff’s',
      ],
    ])('%j leaves staff nothing, is refused, and the message names both', (limits, message) => {
      expect(problemsOf({ tokens, limits })).toEqual([`${where}.limits.${message}`]);
    });

    test('where clients would have all of both, both are listed at once', () => {
      const limits = { clientAppointmentsPerDoctor: 500, clientKindsPerClient: 64 };
      expect(problemsOf({ tokens, limits })).toHaveLength(2);
    });

    test('where a stage sets only the whole, however small, both have some of it', () => {
      for (let whole = 2; whole <= 64; whole++) {
        const limits = limitsOf({ appointmentsPerDoctor: whole, kindsPerClient: whole });
        const { clientAppointmentsPerDoctor, clientKindsPerClient } = limits as unknown as Record<
          string,
          number
        >;
        for (const share of [clientAppointmentsPerDoctor, clientKindsPerClient]) {
          expect(share).toBeGreaterThan(0);
          expect(share).toBeLessThan(whole);
        }
      }
    });

    test('what a function is given is taken again as it is', () => {
      const { settings } = parseStageConfig(
        features,
        'dev',
        { tokens, limits: { kindsPerClient: 3 } },
        where,
      );
      expect(createApp(features).settings.parse(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
    });
  });

  test('a retention that CloudWatch does not know is refused', () => {
    expect(problemsOf({ tokens, logRetentionDays: 31 })[0]).toMatch(
      /logRetentionDays: must be one of 1, 3, 5,/,
    );
  });

  test.each([
    'https://app.example.com/',
    'https://app.example.com/app',
    'app.example.com',
    '*',
    'https://*.example.com',
  ])('the origin %s is refused, since no browser sends it', (origin) => {
    expect(problemsOf({ tokens, allowedOrigins: ['https://app.example.com', origin] })).toEqual([
      `${where}.allowedOrigins.1: must be an origin such as https://app.example.com, without a path`,
    ]);
  });

  test('keys may come over plain HTTP from this machine', () => {
    expect(problemsOf({ tokens: { ...tokens, jwksUrl: 'http://127.0.0.1:8080/jwks' } })).toEqual([]);
  });

  test('a setting that does not exist is refused, at any depth', () => {
    expect(
      problemsOf({ tokens: { ...tokens, claims: { role: 'r' } }, limits: { frames: 1 }, retention: 24 }),
    ).toEqual([
      `${where}.tokens.claims.role: is not a setting: remove it, or add the feature that has it`,
      `${where}.limits.frames: is not a setting: remove it, or add the feature that has it`,
      `${where}.retention: is not a setting: remove it, or add the feature that has it`,
    ]);
  });

  test('all that is wrong is listed at once', () => {
    expect(problemsOf({ tokens: { ...tokens, issuer: 'x' }, throttle: 5 })).toEqual([
      `${where}.tokens.issuer: must be a URL`,
      `${where}.throttle: must be an object`,
    ]);
  });

  test('completion signals are only for stages that may be deleted', () => {
    expect(problemsOf({ tokens, completions: true })).toEqual([
      `${where}.completions: is for tests: allowed only where deletionProtection is false`,
    ]);
    expect(problemsOf({ tokens, completions: true, deletionProtection: false })).toEqual([]);
  });

  test('an issuer and an audience are enough; audiences may be several, and roles may have names of the issuer’s', () => {
    const { issuer } = tokens;
    for (const audience of ['a', ['a', 'b']]) {
      const { settings } = parseStageConfig(features, 'dev', { tokens: { issuer, audience } }, where);
      expect(settings.tokens).toMatchObject({ issuer, audience });
    }
    const roleMap = { 'support-team': 'msp', '/boards': ['msp', 'client'], admin: [] };
    const { settings } = parseStageConfig(features, 'dev', { tokens: { ...tokens, roleMap } }, where);
    expect(settings.tokens?.roleMap).toEqual(roleMap);
    expect(createApp(features).settings.parse(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
  });

  test('an issuer on this machine is asked by plain HTTP, and one whose keys are elsewhere may be named so', () => {
    expect(problemsOf({ tokens: { issuer: 'http://127.0.0.1:9000/realms/x', audience: 'a' } })).toEqual([]);
    expect(problemsOf({ tokens: { ...tokens, issuer: 'http://issuer.example.com' } })).toEqual([]);
  });

  test('the pages of every laptop may connect only to a stage that may be deleted', () => {
    expect(problemsOf({ tokens, allowLoopbackOrigins: true })).toEqual([
      `${where}.allowLoopbackOrigins: is for developers: allowed only where deletionProtection is false`,
    ]);
    expect(problemsOf({ tokens, allowLoopbackOrigins: true, deletionProtection: false })).toEqual([]);
  });

  const signIn = {
    domainPrefix: 'acme-desk',
    callbackUrls: ['https://desk.acme.test/', 'http://localhost:5173/'],
  };
  test.each([
    [{ ...signIn, domainPrefix: 'my-aws-app' }, 'signIn.domainPrefix: must be lower-case letters'],
    [{ ...signIn, domainPrefix: 'Desk' }, 'signIn.domainPrefix: must be lower-case letters'],
    [{ ...signIn, callbackUrls: [] }, 'signIn.callbackUrls: must not be empty'],
    [
      { ...signIn, callbackUrls: ['http://desk.acme.test/'] },
      'signIn.callbackUrls.0: must be an address that',
    ],
    [
      { ...signIn, callbackUrls: ['http://localhost.acme.test/'] },
      'signIn.callbackUrls.0: must be an address',
    ],
    [{ ...signIn, callback: 'x' }, 'signIn.callback: is not a setting'],
  ])('pages to sign in on that are %j are refused', (wrong, message) => {
    expect(problemsOf({ signIn })).toEqual([]);
    expect(problemsOf({ signIn: wrong })).toEqual([expect.stringContaining(`${where}.${message}`)]);
  });

  test('pages to sign in on are for users of the stack’s own', () => {
    expect(problemsOf({ tokens, signIn })).toEqual([
      expect.stringContaining(`${where}.signIn: is for the stack’s own user pool`),
    ]);
  });

  const domain = {
    socket: 'live.acme.test',
    http: 'api.acme.test',
    certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
  };
  test.each([
    [{ ...domain, socket: 'wss://live.acme.test' }, 'domain.socket: must be a name'],
    [{ ...domain, http: 'api.acme.test/v1' }, 'domain.http: must be a name'],
    [{ ...domain, http: domain.socket }, 'domain.http: must differ from socket'],
    [
      { ...domain, certificateArn: 'arn:aws:iam::123456789012:server-certificate/x' },
      'domain.certificateArn: must be',
    ],
    [{ ...domain, hostedZone: { id: 'acme', name: 'acme.test' } }, 'domain.hostedZone.id: must be the id'],
    [
      { ...domain, hostedZone: { id: 'Z1', name: 'cme.test' } },
      'domain.hostedZone.name: must be what the names end',
    ],
    [{ ...domain, path: 'v1' }, 'domain.path: is not a setting'],
  ])('names of one’s own that are %j are refused', (wrong, message) => {
    expect(problemsOf({ domain: { ...domain, hostedZone: { id: 'Z1', name: 'acme.test' } } })).toEqual([]);
    expect(problemsOf({ domain: wrong })).toEqual([expect.stringContaining(`${where}.${message}`)]);
  });

  test('less throughput than every table has is refused', () => {
    const warmThroughput = { readUnitsPerSecond: 11_999, writeUnitsPerSecond: 3_999 };
    expect(problemsOf({ warmThroughput })).toEqual([
      `${where}.warmThroughput.readUnitsPerSecond: must be at least 12000`,
      `${where}.warmThroughput.writeUnitsPerSecond: must be at least 4000`,
    ]);
  });

  test('its name is part of addresses, so it is plain', () => {
    expect(problemsOf({ tokens }, 'Dev Stage')).toHaveLength(1);
  });
});
