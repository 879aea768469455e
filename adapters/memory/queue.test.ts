import { describe, expect, it } from 'vitest';
import { queueContract } from '../queue.contract.ts';
import { manualClock } from './clock.ts';
import { memoryQueue } from './queue.ts';

describe('the memory queue', () => {
  queueContract((clock) => {
    const queue = memoryQueue({ clock });
    const receive = () =>
      queue.receive().map((message) => {
        message.done();
        return message.body;
      });
    return { queue, receive };
  });

  it('a message that is not done comes again after its visibility time, one that is done does not', async () => {
    const clock = manualClock(0);
    const queue = memoryQueue({ clock, visibilityMs: 5_000 });
    await queue.send(['done', 'failed']);
    const [first, second] = queue.receive();
    first?.done();
    expect([second?.body, second?.receiveCount]).toEqual(['failed', 1]);
    await clock.advance(4_999);
    expect(queue.receive()).toEqual([]);
    expect(queue.waiting()).toEqual(['failed']);
    await clock.advance(1);
    expect(queue.receive().map(({ body, receiveCount }) => [body, receiveCount])).toEqual([['failed', 2]]);
  });

  it('a limit leaves the rest for the next one who asks', async () => {
    const queue = memoryQueue({ clock: manualClock(0) });
    await queue.send([1, 2, 3]);
    expect(queue.receive(2).map(({ body }) => body)).toEqual([1, 2]);
    expect(queue.receive(2).map(({ body }) => body)).toEqual([3]);
  });
});
