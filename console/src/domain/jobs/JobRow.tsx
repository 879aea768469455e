import { type JobState, useJob } from '@tidings/client/react';
import { Button, IconButton } from '../../ui/controls/Button.tsx';
import { Pill, type Tone } from '../../ui/data/Pill.tsx';
import { Tree } from '../../ui/data/Tree.tsx';
import { When } from '../parts/When.tsx';
import type { SubmittedJob } from './JobsPage.tsx';
import css from './jobs.module.css';
import { type ResultFile, resultFiles } from './resultFiles.ts';

const tones: Readonly<Record<JobState['state'], Tone>> = {
  submitting: 'neutral',
  queued: 'neutral',
  running: 'accent',
  done: 'good',
  failed: 'bad',
};

/** One job: how far it is, what came of it, and why it failed. */
export function JobRow({ job, onForget }: { readonly job: SubmittedJob; onForget(): void }) {
  const { jobId, kind, about, at } = job;
  const { job: state } = useJob(kind, jobId);
  const { state: name = 'submitting', progress = 0, output, error } = state ?? {};
  // A job that is over may have shown no progress on its way.
  const shown = name === 'done' ? 1 : progress;
  return (
    <li className={css.job} aria-label={`${kind} ${jobId}`}>
      <div className={css.line}>
        <span className={css.kind} title={about}>
          {about || kind}
          {about && <small>{kind}</small>}
        </span>
        <When at={at} />
        <Pill tone={tones[name]}>{name === 'submitting' ? 'asking' : name}</Pill>
        <IconButton icon="close" size="small" label={`Take ${kind} off the list`} onClick={onForget} />
      </div>
      <progress
        className={css.progress}
        data-state={name}
        max={1}
        value={shown}
        aria-label={`Progress of ${kind}`}
      />
      {name === 'failed' && (
        <p className={css.failed} role="alert">
          {error?.message ?? 'It failed.'} {error && <code>{error.code}</code>}
        </p>
      )}
      {name === 'done' && <Result kind={kind} jobId={jobId} output={output} />}
    </li>
  );
}

function Result({
  kind,
  jobId,
  output,
}: {
  readonly kind: string;
  readonly jobId: string;
  readonly output: unknown;
}) {
  return (
    <>
      <div className={css.files}>
        {resultFiles(kind, jobId, output).map((file) => (
          <Button key={file.name} size="small" icon="download" onClick={() => save(file)}>
            {file.name.replace(/^.*\./, '').toUpperCase()}
            <span className="visually-hidden"> of {kind}</span>
          </Button>
        ))}
      </div>
      <details className={css.output}>
        <summary>Result</summary>
        <Tree value={output} label={`Result of ${kind}`} />
      </details>
    </>
  );
}

/** Hands a file to the browser to be saved. */
function save({ name, type, text }: ResultFile): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by the next turn and keeps what it needs.
  setTimeout(() => URL.revokeObjectURL(url));
}
