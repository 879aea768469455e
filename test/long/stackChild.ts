import { type LocalStackOptions, startTestStack } from '../support/localStack.ts';

/** What the parent asks for, besides the options that it sends first. */
export type Question = { readonly options: Partial<LocalStackOptions> } | 'memory' | 'stop';

const tell = (message: object) => process.send?.(message);

// Nothing of the product may leave a rejection behind.
process.on('unhandledRejection', (error) => {
  tell({ crashed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exit(1);
});
// A stack without its parent serves nobody.
process.on('disconnect', () => process.exit());

let stop = async () => {};

process.on('message', async (question: Question) => {
  if (question === 'memory') {
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    tell({ rss, heapUsed });
  } else if (question === 'stop') {
    await stop();
    process.exit();
  } else {
    const stack = await startTestStack(question.options);
    stop = stack.stop;
    const { wsUrl, httpUrl, managementUrl, issuer } = stack;
    tell({ urls: { wsUrl, httpUrl, managementUrl, issuer } });
  }
});
