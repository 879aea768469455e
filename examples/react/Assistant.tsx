import { useJob, useStream } from '@tidings/client/react';
import type { Report } from './App.tsx';

/** An answer as it comes, and work that is done in the background. */
export function Assistant({ report }: { readonly report: Report }) {
  const { answer, ask, cancel } = useStream();
  const { job, submit } = useJob<{ readonly text: string }>('translate');
  const isUnderWay = answer?.state === 'asking' || answer?.state === 'streaming';
  return (
    <section>
      <h2>The assistant</h2>
      <ul>
        {answer && <li>{answer.text === '' ? answer.state : answer.text}</li>}
        {job && <li>{job.output?.text ?? `${job.state} ${Math.round(job.progress * 100)} %`}</li>}
      </ul>
      {isUnderWay ? (
        <button type="button" onClick={() => report(cancel())}>
          Stop
        </button>
      ) : (
        <button type="button" onClick={() => ask('What can you tell me about acme?')}>
          Ask about acme
        </button>
      )}{' '}
      <button type="button" onClick={() => submit({ text: 'Good morning', to: 'es' })}>
        Translate “Good morning”
      </button>
    </section>
  );
}
