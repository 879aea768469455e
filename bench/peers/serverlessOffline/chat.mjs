import { createChat } from '../../crowd/chat.mjs';

/** What `serverless-offline` runs: it answers @connections itself, on the port of its sockets. */
export const handler = createChat(() => process.env.BENCH_ENDPOINT);
