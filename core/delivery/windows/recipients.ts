import type { Runtime } from '../../runtime.ts';
import type { Reader } from '../audience.ts';

/**
 * Longer than from the moment in which a publisher reads who follows its topic until a window that it left its events to is
 * sent, with clocks that differ. Who has changed so lately how it gets events gets those of a window all the same, for
 * their publishers may have known it as it was before; so a few come twice (PROTOCOL.md 3.7).
 */
export const inDoubtMs = 30_000;

type Parts = Pick<Runtime, 'clock'>;

const isLately = ({ clock }: Parts, at: number | undefined): boolean =>
  at !== undefined && at > clock.now() - inDoubtMs;

/** Whether events for it may be in a window: it understands batches, or did until lately. */
const mayBeGathered = (parts: Parts, { batch, batchesEndedAt }: Reader): boolean =>
  batch || isLately(parts, batchesEndedAt);

/** Who gets what is in the window of a topic: but for those who get it out of the window of all of its kind. */
export const recipientsOfTopic = (parts: Parts, audience: readonly Reader[]): readonly Reader[] =>
  audience.filter(
    (reader) => mayBeGathered(parts, reader) && (!reader.followsAll || isLately(parts, reader.cameToAllAt)),
  );

/** Who gets what is in the window of all topics of a kind. */
export const recipientsOfAll = (parts: Parts, audience: readonly Reader[]): readonly Reader[] =>
  audience.filter((reader) => mayBeGathered(parts, reader));
