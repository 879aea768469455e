import type { EventFrame, ServerFrame } from '@tidings/protocol';
import type { TidingsError } from '../base/tidingsError.ts';
import type { Position } from './sequencer.ts';

/** Who is told what comes on a topic. */
export interface TopicListener {
  /** The state that it has, if any. */
  state(): object | undefined;
  event(frame: ServerFrame): void;
  /** A state in the place of events: `first` when none were expected, `reset` when some were missed; `events` lead on to `position`. */
  jump(
    kind: 'first' | 'reset',
    snapshot: object | undefined,
    position: Position | undefined,
    events?: readonly EventFrame[],
  ): void;
  joined(): void;
  refused(error: TidingsError): void;
  /** The client is closed: whoever waits for something waits in vain. */
  closed(error: TidingsError): void;
  /** What is known of the topic goes stale: nobody follows it any more or, `passed on`, another user does from now on. */
  left(how?: 'passed on'): void;
}
