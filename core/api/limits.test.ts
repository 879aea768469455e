import { expect, test } from 'vitest';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { connect } from '../connections/connect.ts';
import { handleFrame } from './router.ts';

test('6: hello tells every limit under its setting’s name', async () => {
  const runtime = memoryRuntime({ limits: { bookingsPerUser: 7, interactionKinds: ['login'] } });
  runtime.sockets.open('c1');
  await connect(runtime, 'c1', principal(runtime));
  const body = JSON.stringify({ action: 'hello', payload: { v: 1 } });
  const { payload } = await handleFrame(runtime, { connectionId: 'c1', requestId: 'q', body });
  expect((payload as { limits: object }).limits).toMatchObject({
    messagesPerMinute: 30,
    messageBytesPerMinute: 300_000,
    bookingsPerUser: 7,
    appointmentsPerDoctor: 500,
    clientAppointmentsPerDoctor: 400,
    boardBytes: 300_000,
    kindsPerClient: 64,
    clientKindsPerClient: 16,
    interactionKinds: ['login'],
    answersPerUser: 3,
    jobsPerUser: 5,
  });
});
