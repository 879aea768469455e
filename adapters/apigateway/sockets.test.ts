import {
  DeleteConnectionCommand,
  ForbiddenException,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { socketsContract } from '../sockets.contract.ts';
import { apiGatewayClient } from './client.ts';
import { type FakeConnections, fakeConnections } from './fakeConnections.ts';
import { apiGatewaySockets } from './sockets.ts';

const ID = 'BFaT_fALIAMCKug=';
const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' };
const region = 'eu-west-1';

const clientAt = (endpoint: string) => apiGatewayClient({ endpoint, region, credentials });
const failed = (httpStatusCode: number) => ({ message: 'x', $metadata: { httpStatusCode } });

describe('the API Gateway sockets', () => {
  socketsContract(async () => {
    const server = await fakeConnections();
    return {
      ...server,
      sockets: apiGatewaySockets({ client: clientAt(server.endpoint) }),
      fill: () => server.script({ status: 429, error: 'LimitExceededException' }),
      fail: () => server.script(...Array(2).fill({ status: 403, error: 'ForbiddenException' })),
    };
  });
});

describe('what is sent to API Gateway', () => {
  const mocked = () => {
    const client = clientAt('https://api.execute-api.eu-west-1.amazonaws.com/dev');
    const mock = mockClient(client);
    return { mock, sockets: apiGatewaySockets({ client }) };
  };
  const calls = (mock: ReturnType<typeof mocked>['mock']) =>
    mock.calls().map(({ args: [{ input }] }) => input);

  it('a post is PostToConnection with the id and the frame itself', async () => {
    const { mock, sockets } = mocked();
    mock.on(PostToConnectionCommand).resolves({});
    expect(await sockets.post(ID, '{"a":1}')).toBe('delivered');
    expect(calls(mock)).toEqual([{ ConnectionId: ID, Data: '{"a":1}' }]);
  });

  it('posts at the same time are each its own, and so are those that follow', async () => {
    const { mock, sockets } = mocked();
    const sent: unknown[] = [];
    mock.on(PostToConnectionCommand).callsFake(async (input) => {
      await Promise.resolve();
      sent.push({ ...input });
    });
    const post = (id: string) => sockets.post(id, `to ${id}`);
    await Promise.all([post('a'), post('b')]);
    await Promise.all([post('c'), post('d')]);
    expect(sent).toEqual(['a', 'b', 'c', 'd'].map((id) => ({ ConnectionId: id, Data: `to ${id}` })));
  });

  it('a close is DeleteConnection and a probe GetConnection, with the id', async () => {
    const { mock, sockets } = mocked();
    mock.on(DeleteConnectionCommand).resolves({});
    mock.on(GetConnectionCommand).resolves({ ConnectedAt: new Date(0) });
    expect([await sockets.close(ID), await sockets.probe(ID)]).toEqual(['closed', 'open']);
    expect(mock.commandCalls(DeleteConnectionCommand, { ConnectionId: ID })).toHaveLength(1);
    expect(mock.commandCalls(GetConnectionCommand, { ConnectionId: ID })).toHaveLength(1);
  });

  it('a lost connection is known by the name of its error', async () => {
    const { mock, sockets } = mocked();
    mock.onAnyCommand().rejects(new GoneException({ message: 'Gone', $metadata: {} }));
    expect([await sockets.post(ID, 'x'), await sockets.close(ID), await sockets.probe(ID)]).toEqual(
      Array(3).fill('gone'),
    );
  });

  it('a 429 is returned at once and not tried again', async () => {
    const { mock, sockets } = mocked();
    mock.onAnyCommand().rejects(new LimitExceededException(failed(429)));
    expect(await sockets.post(ID, 'x')).toBe('behind');
    expect(mock.calls()).toHaveLength(1);
  });

  it('a 400 that is not about the id is thrown, so that no rows are deleted for it', async () => {
    const { mock, sockets } = mocked();
    mock.onAnyCommand().rejects(Object.assign(new Error('No method found'), failed(400)));
    await expect(sockets.post(ID, 'x')).rejects.toThrow();
    await expect(sockets.probe(ID)).rejects.toThrow();
    await expect(sockets.close(ID)).rejects.toThrow();
  });

  it('a probe or a close that fails on the server is asked once more, one that is forbidden is not', async () => {
    const { mock, sockets } = mocked();
    mock
      .on(GetConnectionCommand)
      .rejectsOnce(Object.assign(new Error('x'), failed(500)))
      .resolves({});
    expect(await sockets.probe(ID)).toBe('open');
    mock.on(DeleteConnectionCommand).rejects(new ForbiddenException(failed(403)));
    await expect(sockets.close(ID)).rejects.toThrow(ForbiddenException);
    expect(mock.commandCalls(DeleteConnectionCommand)).toHaveLength(1);
  });
});

describe('a fast post', () => {
  let server: FakeConnections;
  beforeEach(async () => {
    server = await fakeConnections();
    server.open(ID);
  });
  afterEach(() => server.stop());

  const ways = () =>
    server.requests.map(({ headers }) => (headers['amz-sdk-invocation-id'] ? 'SDK' : 'fast'));
  const sockets = (settings = {}) => apiGatewaySockets({ client: clientAt(server.endpoint), ...settings });

  it('takes the short way, with the id encoded, the bytes as they are, and a signature', async () => {
    expect(await sockets().post(ID, '{"ü":1}')).toBe('delivered');
    expect(ways()).toEqual(['fast']);
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/dev/@connections/BFaT_fALIAMCKug%3D',
      body: '{"ü":1}',
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': '8',
        'x-amz-security-token': 'token',
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
        ),
      },
    });
  });

  it.each([
    ['gone', 410, 'GoneException'],
    ['behind', 429, 'LimitExceededException'],
  ])('%s is one request: the answer of the short way stands', async (outcome, status, error) => {
    server.script({ status, error });
    expect(await sockets().post(ID, 'x')).toBe(outcome);
    expect(ways()).toEqual(['fast']);
  });

  it.each([200, 201, 202, 204, 299])(
    'is delivered with %i, once, by the short way and by the SDK’s',
    async (status) => {
      const longId = 'x'.repeat(129);
      server.script(...Array(2).fill({ status }));
      expect(await sockets().post(ID, 'x')).toBe('delivered');
      expect(await sockets().post(longId, 'x')).toBe('delivered');
      expect(ways()).toEqual(['fast', 'SDK']);
    },
  );

  it.each([300, 302])('is not delivered with %i', async (status) => {
    server.script(...Array(2).fill({ status }));
    await expect(sockets().post(ID, 'x')).rejects.toThrow();
    expect(ways()).toEqual(['fast', 'SDK']);
  });

  it('goes the SDK’s way once more after a server error', async () => {
    server.script({ status: 503, error: 'ServiceUnavailable' });
    expect(await sockets().post(ID, 'x')).toBe('delivered');
    expect(ways()).toEqual(['fast', 'SDK']);
  });

  it('that fails both ways throws the SDK’s typed error, after two requests', async () => {
    server.script(...Array(2).fill({ status: 403, error: 'ForbiddenException' }));
    await expect(sockets().post(ID, 'x')).rejects.toThrow(ForbiddenException);
    expect(ways()).toEqual(['fast', 'SDK']);
  });

  it('whose line is cut goes the SDK’s way, and a frame that had arrived arrives twice', async () => {
    server.script('arrive then cut');
    expect(await sockets().post(ID, 'x')).toBe('delivered');
    expect(server.frames(ID)).toEqual(['x', 'x']);
    expect(ways()).toEqual(['fast', 'SDK']);
  });

  it('is not tried for an id that API Gateway never made', async () => {
    expect(await sockets().post('..', 'x')).toBe('gone');
    expect(ways()).not.toContain('fast');
  });

  it('without credentials says what the SDK says', async () => {
    const client = apiGatewayClient({ endpoint: server.endpoint, region });
    client.config.credentials = async () => {
      throw new Error('no credentials anywhere');
    };
    await expect(apiGatewaySockets({ client }).post(ID, 'x')).rejects.toThrow('no credentials anywhere');
    expect(server.requests).toEqual([]);
  });

  it('uses fresh credentials as soon as the client has them', async () => {
    const client = clientAt(server.endpoint);
    const both = apiGatewaySockets({ client });
    await both.post(ID, 'x');
    client.config.credentials = async () => ({ accessKeyId: 'NEXT', secretAccessKey: 's' });
    await both.post(ID, 'x');
    expect(server.requests.map(({ headers }) => headers.authorization?.slice(28, 32))).toEqual([
      'AKID',
      'NEXT',
    ]);
    expect(ways()).toEqual(['fast', 'fast']);
  });

  it('uses what the client’s own credentials became, a second later at most', async () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const client = clientAt(server.endpoint);
    let accessKeyId = 'KEY0';
    let asked = 0;
    client.config.credentials = Object.assign(
      async () => {
        asked++;
        return { accessKeyId, secretAccessKey: 's' };
      },
      { memoized: true },
    );
    const one = apiGatewaySockets({ client, nowMs: () => nowMs });
    for (const afterMs of [0, 999, 1]) {
      nowMs += afterMs;
      await one.post(ID, 'x');
      accessKeyId = 'KEY1';
    }
    nowMs -= 5_000;
    accessKeyId = 'KEY2';
    await one.post(ID, 'x');
    expect(server.requests.map(({ headers }) => headers.authorization?.slice(28, 32))).toEqual([
      ...['KEY0', 'KEY0', 'KEY1', 'KEY2'],
    ]);
    expect(asked).toBe(3);
  });

  it('keeps to its number of connections, and every one of many posts arrives', async () => {
    const few = sockets({ connections: 4 });
    const posts = Array.from({ length: 200 }, (_, n) => few.post(ID, String(n)));
    expect(new Set(await Promise.all(posts))).toEqual(new Set(['delivered']));
    expect(new Set(server.frames(ID)).size).toBe(200);
    expect(new Set(server.requests.map(({ clientPort }) => clientPort)).size).toBe(4);
    expect(ways()).not.toContain('SDK');
  });
});
