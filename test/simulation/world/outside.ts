import { InjectedFault } from '../../../adapters/faulty/plan.ts';
import type { Clock, Random } from '../../../core/ports.ts';
import type { Model } from '../../../features/assistant/model.ts';
import { phraseBook } from '../../../features/jobs/adapters/phraseBook.ts';
import type { Translator } from '../../../features/jobs/translator.ts';

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
