import type { Metrics } from '../core/ports.ts';

/** A handler whose figures are written when it is done, however it ends. */
export const measured =
  <Event, Answer>(metrics: () => Metrics, handler: (event: Event) => Promise<Answer>) =>
  async (event: Event): Promise<Answer> => {
    try {
      return await handler(event);
    } finally {
      metrics().flush();
    }
  };
