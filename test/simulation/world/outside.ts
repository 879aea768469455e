import { InjectedFault } from '../../../adapters/faulty/plan.ts';
import type { Clock, EventBus, Random } from '../../../core/ports.ts';
import type { Model } from '../../../features/assistant/model.ts';
import { phraseBook } from '../../../features/jobs/adapters/phraseBook.ts';
import type { Translator } from '../../../features/jobs/translator.ts';
import type { Journal } from '../journal.ts';

interface OutsideParts {
  /** Of the function that asks: it stops with it. */
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  /** Whether it fails this time. */
  readonly fails: () => boolean;
}

/** A translator that takes its time, and fails now and then. */
export function shakyTranslator({ clock, random, fails }: OutsideParts): Translator {
  const book = phraseBook();
  return {
    async translate(text, to) {
      await clock.wait(50 + random.fraction() * 3000);
      if (fails()) throw new InjectedFault('the translator');
      return book.translate(text, to);
    },
  };
}

const maxPieces = 8;

/** A model that answers in a few words, at times after a long silence, and breaks off now and then. */
export function shakyModel({ clock, random, fails }: OutsideParts): Model {
  return {
    async *stream({ turns, text, signal }) {
      if (random.fraction() < 0.03) await clock.wait(100_000);
      yield `${turns.length} turns before “${text}”: `;
      const pieces = Math.floor(random.fraction() * maxPieces);
      for (let said = 0; said < pieces && !signal.aborted; said++) {
        await clock.wait(20 + random.fraction() * 600);
        if (fails()) throw new InjectedFault('the model');
        yield `word ${said} `;
      }
    },
  };
}

const maxOutageMs = 20_000;
/** While the event bus is ill it takes one event and not the next. */
const chanceWhileIll = 0.3;

/** The account's event bus, which writes down what it takes, and at times takes little for a while. */
export function shakyBus({ clock, random, fails }: OutsideParts, journal: Journal): EventBus {
  let illUntilMs = 0;
  return {
    async put(events) {
      if (fails()) illUntilMs = clock.now() + random.fraction() * maxOutageMs;
      return events.map((event) => {
        if (clock.now() < illUntilMs && random.fraction() > chanceWhileIll) {
          return { outcome: 'later', because: new InjectedFault('the event bus') };
        }
        journal.note('bus', event);
        return { outcome: 'taken' };
      });
    },
  };
}
