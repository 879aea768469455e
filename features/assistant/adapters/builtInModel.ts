import type { Clock } from '../../../core/ports.ts';
import type { Model } from '../model.ts';

const wordMs = 60;
const itself =
  'This is the stand-in that Tidings has built in, not a language model: set `assistant` in cdk.json to have a real one answer here.';

interface BuiltInOptions {
  readonly clock: Clock;
  /** Says what it is, and where there is a model. */
  readonly introduction?: string;
}

/** A stand-in for a model: says what it is, and shows how an answer comes piece by piece. */
export function builtInModel({ clock, introduction = itself }: BuiltInOptions): Model {
  return {
    async *stream({ turns, text, signal }) {
      const question = text.length > 200 ? `${text.slice(0, 200)}…` : text;
      const answer = [
        introduction,
        `You asked: “${question}”.`,
        turns.length === 0 ? 'Nothing was said before.' : `Before that, ${turns.length} turns were said.`,
      ].join(' ');
      for (const piece of answer.match(/\S+\s*/g) ?? []) {
        if (signal.aborted) return;
        yield piece;
        await clock.wait(wordMs);
      }
    },
  };
}
