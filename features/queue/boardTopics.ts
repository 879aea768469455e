import { isDate } from '@tidings/protocol';
import { invalidField } from '../../core/invalidField.ts';
import { quote } from '../../core/quote.ts';
import { idleMs, topicKind } from '../../core/topics.ts';
import { type Board, boardSnapshot, emptyBoard } from './board.ts';
import { requireBoardDate } from './boardDates.ts';

/** A board of each day. It names patients of all clients, so clients’ users are shown none unless the app says so. */
export const boardTopics = topicKind<Board>({
  name: 'queue',
  id: {
    shape: '<YYYY-MM-DD>',
    require(id, now, path) {
      if (id === '') throw invalidField(`${path}.date`, 'is missing: YYYY-MM-DD');
      if (!isDate(id))
        throw invalidField(`${path}.date`, `${quote(id)} is not a date that exists (YYYY-MM-DD)`);
      requireBoardDate(id, now, `${path}.date`);
    },
  },
  maySubscribe: ({ roles }) => roles.includes('msp') || roles.includes('service'),
  initial: emptyBoard,
  snapshot: boardSnapshot,
  keptUntilMs: (now, date) => Math.max(now, Date.parse(date)) + idleMs,
});
