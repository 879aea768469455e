import { Button } from '../ui/controls/Button.tsx';
import { Pill } from '../ui/data/Pill.tsx';
import { Time } from '../ui/data/Time.tsx';
import { Tree } from '../ui/data/Tree.tsx';
import { duration } from '../ui/data/timeText.ts';
import { Card } from '../ui/layout/Page.tsx';
import { Empty } from '../ui/layout/States.tsx';
import css from './publish.module.css';
import type { Outcome, Refusal } from './sendRequest.ts';

/** What became of what somebody sent. */
export interface Sent extends Outcome {
  /** Who was chosen to ask; nobody where it was whoever is signed in. */
  readonly as: string | undefined;
}

export interface OutcomesProps {
  readonly outcomes: readonly Sent[];
  /** Who is chosen to ask now. */
  readonly as: string | undefined;
  readonly isBusy: boolean;
  onAgain(outcome: Sent): void;
}

/** What became of what was sent, the newest first. */
export function Outcomes({ outcomes, as, isBusy, onAgain }: OutcomesProps) {
  return (
    <Card title="Answers">
      {outcomes.length === 0 && (
        <Empty icon="play" title="Nothing is sent yet">
          Each answer comes here, with the time that it took.
        </Empty>
      )}
      <ol className={css.outcomes} aria-live="polite">
        {outcomes.map((outcome) => (
          <li key={`${outcome.at} ${outcome.request.ref} ${outcome.tookMs}`} className={css.outcome}>
            <One outcome={outcome} />
            <div className={css.actions}>
              <Button
                size="small"
                icon="refresh"
                disabled={isBusy || outcome.as !== as}
                onClick={() => onAgain(outcome)}
              >
                Send again with the same ref
              </Button>
              {outcome.as !== as && (
                // A ref is each user's own: from another one it would have its effect once more.
                <span className={css.quiet}>
                  It was {outcome.by}’s: choose {outcome.by} as who asks.
                </span>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function One({ outcome }: { readonly outcome: Outcome }) {
  const { request, answer, refusal, by, at, tookMs } = outcome;
  return (
    <>
      <div className={css.line}>
        {refusal ? <Pill tone="bad">{refusal.code}</Pill> : <Pill tone="good">ack</Pill>}
        {answer?.dup === true && <Pill tone="accent">dup</Pill>}
        <span>{tookMs < 10 ? `${tookMs.toFixed(1)} ms` : duration(tookMs)}</span>
        <span className={css.quiet}>
          {by}, over {request.via === 'http' ? 'HTTP' : 'the socket'}, <Time at={at} precise />
        </span>
      </div>
      <div className={css.quiet}>
        ref <code className={css.ref}>{request.ref}</code>
      </div>
      {answer?.dup === true && (
        <p className={css.quiet}>
          This is the first answer again: the ref was committed before, and nothing changed.
        </p>
      )}
      {refusal ? <Refused {...refusal} /> : <Tree value={answer} label={`Answer to ${request.ref}`} />}
    </>
  );
}

function Refused({ message, retryable, retryAfterMs, details, status }: Refusal) {
  return (
    <div className={css.refused}>
      <p>{message}</p>
      <p className={css.quiet}>
        {retryable ? 'It may succeed later, unchanged' : 'It will not succeed unchanged'}
        {retryAfterMs !== undefined && `, after ${duration(retryAfterMs)}`}
        {status !== undefined && `; HTTP status ${status}`}.
      </p>
      {details.length > 0 && (
        <ul>
          {details.map(({ path, message: why }) => (
            <li key={path}>
              <code>{path}</code> {why}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
