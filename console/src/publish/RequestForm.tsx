import { type FormEvent, useRef, useState } from 'react';
import { newRef } from '../base/newRef.ts';
import type { Problem } from '../contract/form/draft.ts';
import { formNode } from '../contract/form/formNode.ts';
import { PayloadForm } from '../contract/form/PayloadForm.tsx';
import { Words } from '../contract/form/Words.tsx';
import type { ActionView } from '../contract/readContract.ts';
import { useOtherSession } from '../people/otherSession.ts';
import { PersonPicker } from '../people/PersonPicker.tsx';
import type { Session } from '../session/createSession.ts';
import type { Person } from '../session/person.ts';
import { useSession } from '../session/useSession.ts';
import { givesTokens } from '../session/where.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Select, TextField } from '../ui/controls/Field.tsx';
import { Card } from '../ui/layout/Page.tsx';
import { checkRequest } from './checkRequest.ts';
import { Outcomes, type Sent } from './Outcomes.tsx';
import css from './publish.module.css';
import { Rights } from './Rights.tsx';
import { type Request, sendRequest } from './sendRequest.ts';
import { type RequestDraft, useRequestDraft } from './useRequestDraft.ts';

export interface RequestFormProps {
  readonly action: ActionView;
  /** The kinds of topics that it takes. */
  readonly addresses: readonly string[];
  /** What it is about, where one comes from there. */
  readonly topic: string | undefined;
  /** Told of what succeeded. */
  onSent?(request: Request): void;
}

/** So many outcomes are shown. */
const shownOutcomes = 20;

/** A request: filled in, judged, sent as somebody, and what became of it. */
export function RequestForm({ action, addresses, topic, onSent }: RequestFormProps) {
  const own = useSession();
  const [node] = useState(() => formNode(action.payload));
  const { draft, change, fill, clear } = useRequestDraft(action, node, topic);
  const [person, setPerson] = useState<Person>();
  const other = useOtherSession(own.where, person && { person });
  const asker = person ? other : own;
  const as = JSON.stringify(person);
  const [isJudged, setJudged] = useState(false);
  const [told, setTold] = useState<readonly Problem[]>([]);
  const { outcomes, pending, send, giveUp } = useSending(as);
  const form = useRef<HTMLFormElement>(null);
  const checked = checkRequest(action, addresses, draft, node);
  const problems = isJudged ? [...checked.problems, ...told] : told;

  function edit(part: Partial<RequestDraft>) {
    setTold([]);
    change(part);
  }

  async function submit(request: Request, from: Session) {
    const { refusal } = await send(from, request);
    setTold(refusal?.details ?? []);
    // A ref that was committed is done with; one that was refused may be tried again.
    if (!refusal && draft.ref === request.ref) change({ ref: newRef() });
    if (!refusal) onSent?.(request);
    if (refusal && refusal.details.length > 0) focusFirst(form.current);
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setJudged(true);
    if (!checked.request) return focusFirst(form.current);
    if (asker && !pending) void submit(checked.request, asker);
  }

  const payloadProblems = problems.filter(({ path }) => path.startsWith('payload'));
  const others = problems.filter(({ path }) => !/^(payload|topic|ref)\b/.test(path));
  const find = (path: string) => problems.find((one) => one.path === path)?.message;
  return (
    <div className={css.columns}>
      <Card title={action.name}>
        <p className={css.about}>
          <Words text={action.documentation} />
        </p>
        <Rights action={action} session={asker} />
        {givesTokens(own.where) && (
          <PersonPicker
            label="As"
            nobody={`${own.who.user} (signed in)`}
            person={person}
            onPerson={setPerson}
          />
        )}
        <form ref={form} className={css.form} onSubmit={onSubmit} noValidate aria-label={action.name}>
          {action.topic && (
            <TextField
              label="topic"
              hint={`${addresses.join(', ')}.`}
              value={draft.topic}
              placeholder={`e.g. ${action.example.topic}`}
              error={find('topic')}
              onChange={({ target }) => edit({ topic: target.value })}
            />
          )}
          <PayloadForm
            node={node}
            example={action.example.payload}
            draft={draft.payload}
            problems={payloadProblems}
            onChange={(payload) => edit({ payload })}
          />
          <How action={action} draft={draft} refProblem={find('ref')} onChange={edit} />
          {others.length > 0 && (
            <p className={css.error} role="alert">
              {others.map(({ path, message }) => `${path}: ${message}`).join('; ')}
            </p>
          )}
          <div className={css.actions}>
            <Button type="submit" look="primary" icon="play" disabled={!asker || pending !== undefined}>
              Send
            </Button>
            {pending && <Button onClick={giveUp}>Give up</Button>}
            <Button look="plain" onClick={fill}>
              Fill in the example
            </Button>
            <Button look="plain" onClick={clear}>
              Clear
            </Button>
            <span role="status" className={css.status}>
              {pending ? 'Waiting for the answer…' : isJudged && problems.length > 0 ? countOf(problems) : ''}
            </span>
          </div>
        </form>
      </Card>
      <div className={css.answers}>
        <Outcomes
          outcomes={outcomes}
          as={as}
          isBusy={pending !== undefined || !asker}
          onAgain={({ request }) => asker && void submit(request, asker)}
        />
      </div>
    </div>
  );
}

const countOf = ({ length }: readonly unknown[]) =>
  `${length} ${length === 1 ? 'field needs' : 'fields need'} another look.`;

function focusFirst(form: HTMLFormElement | null) {
  // After what is wrong has been drawn.
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

/** By which API, and under which key. */
function How(props: {
  readonly action: ActionView;
  readonly draft: RequestDraft;
  readonly refProblem: string | undefined;
  onChange(part: Partial<RequestDraft>): void;
}) {
  const { action, draft, refProblem, onChange } = props;
  const hasHttp = action.httpPath !== undefined;
  return (
    <div className={css.pair}>
      <Select
        label="Over"
        value={hasHttp ? draft.via : 'socket'}
        disabled={!hasHttp}
        onChange={({ target }) => onChange({ via: target.value === 'http' ? 'http' : 'socket' })}
      >
        <option value="socket">the socket</option>
        {hasHttp && <option value="http">HTTP</option>}
      </Select>
      <TextField
        label="ref"
        hint="Under the same one it has its effect once."
        value={draft.ref}
        error={refProblem}
        onChange={({ target }) => onChange({ ref: target.value })}
      />
    </div>
  );
}

/** One request at a time, and the newest outcomes. @param as whoever is chosen to ask */
function useSending(as: string | undefined) {
  const [outcomes, setOutcomes] = useState<readonly Sent[]>([]);
  const [pending, setPending] = useState<AbortController>();
  return {
    outcomes,
    pending,
    giveUp: () => pending?.abort(),
    async send(asker: Session, request: Request): Promise<Sent> {
      const call = new AbortController();
      setPending(call);
      const outcome = { ...(await sendRequest(asker, request, call.signal)), as };
      setPending(undefined);
      setOutcomes((before) => [outcome, ...before].slice(0, shownOutcomes));
      return outcome;
    },
  };
}
