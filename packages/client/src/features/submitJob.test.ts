import { expect, test } from 'vitest';
import { openClient, outcomeOf } from '../../test/startClient.ts';
import { followJob, submitJob } from './submitJob.ts';

const result = { jobId: 'j', kind: 'translate', status: 'done', output: { text: 'hola' } };
const queued = { jobId: 'j', kind: 'translate', status: 'queued', submittedAt: 1 };

async function working() {
  const opened = await openClient();
  opened.client.topic('user').hold();
  await opened.server.advance(0);
  opened.server.respond('job.submit', () => ({ jobId: 'j', kind: 'translate', status: 'queued' }));
  return opened;
}

test('a result that comes before the answer to the submission is not lost', async () => {
  const { server, client } = await working();
  server.respond('job.submit', () => {
    server.publish('user:me', 'job.result', result);
    return { jobId: 'j', kind: 'translate', status: 'queued' };
  });
  const job = submitJob(client, 'translate', {});
  await server.advance(0);
  await expect(job.result).resolves.toEqual({ text: 'hola' });
});

test('a result that was missed for good is asked for', async () => {
  const { server, client } = await working();
  const job = submitJob(client, 'translate', {});
  await server.advance(0);
  server.respond('job.get', () => ({ ...queued, ...result }));
  server.drop();
  server.recreate('user:me');
  await server.advance(60_000);
  await expect(job.result).resolves.toEqual({ text: 'hola' });
});

test('a result from before the feed was joined is asked for', async () => {
  const { server, client } = await openClient();
  server.topic('user:me').snapshot = { unread: 0 };
  server.respond('job.get', () => ({ ...queued, ...result }));
  server.respond('job.submit', () => ({ jobId: 'j', kind: 'translate', status: 'queued' }));
  const job = submitJob(client, 'translate', {});
  await server.advance(0);
  await expect(job.result).resolves.toEqual({ text: 'hola' });
});

test('a job that failed says why, and an unknown one too', async () => {
  const { server, client } = await working();
  const failed = submitJob(client, 'translate', {});
  const failure = expect(failed.result).rejects.toMatchObject({ code: 'payload_too_large' });
  await server.advance(0);
  const error = { code: 'payload_too_large', message: 'too large' };
  server.publish('user:me', 'job.result', { jobId: 'j', kind: 'translate', status: 'failed', error });
  await failure;
  server.respond('job.get', () => ({ refused: 'not_found' }));
  const unknown = expect(followJob(client, 'x').result).rejects.toMatchObject({ code: 'not_found' });
  await server.advance(0);
  await unknown;
});

test('a job that could not be asked for is asked for again on the next connection', async () => {
  const { server, client } = await working();
  server.respond('job.get', () => ({ refused: 'unavailable', retryable: true }));
  const job = outcomeOf(followJob(client, 'j').result);
  await server.advance(60_000);
  expect(job).toEqual({});
  server.respond('job.get', () => ({ ...queued, ...result }));
  server.drop();
  await server.advance(1_000);
  expect(job.value).toEqual({ text: 'hola' });
});
