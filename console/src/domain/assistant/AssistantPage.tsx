import { useStream } from '@tidings/client/react';
import { useEffect } from 'react';
import { Link } from 'wouter';
import { useRight } from '../../contract/useRight.ts';
import { useKept } from '../../session/useKept.ts';
import { usePrincipal } from '../../session/usePrincipal.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { DomainPage } from '../parts/DomainPage.tsx';
import { pathOf, useBelow } from '../parts/useBelow.ts';
import { Composer } from '../talk/Composer.tsx';
import talk from '../talk/talk.module.css';
import { Talk } from './Talk.tsx';

const path = '/assistant';

interface Known {
  readonly id: string;
  /** What was asked first. */
  readonly title: string;
}

/** So many conversations of this tab are listed. */
const maxKnown = 20;

/** Conversations with the assistant, whose answers come piece by piece. */
export default function AssistantPage() {
  const right = useRight('assistant.ask');
  return (
    <DomainPage
      title="Assistant"
      about="Ask, and the answer comes as it is written."
      path={path}
      right={right}
      isWhole
    >
      <Conversations />
    </DomainPage>
  );
}

function Conversations() {
  const { tenant, userId } = usePrincipal();
  const owner = `${tenant}.${userId}`;
  const [known, setKnown] = useKept<readonly Known[]>(`assistant.${owner}`, []);
  const [chosen, choose] = useBelow(path);
  const { answer, ask } = useStream(chosen);
  const { may } = useRight('assistant.ask');
  const [question, setQuestion] = useKept(`assistant.asked.${owner}`, '');
  const begun = answer?.conversationId;

  // A conversation has its id with the answer to its first question.
  useEffect(() => {
    if (begun === undefined) return;
    if (!known.some(({ id }) => id === begun)) {
      setKnown([{ id: begun, title: question }, ...known].slice(0, maxKnown));
    }
    if (chosen === undefined) choose(begun);
  }, [begun, chosen, known, question, setKnown, choose]);

  return (
    <div className={talk.page} data-open={chosen !== undefined || answer !== undefined}>
      <nav className={talk.list} aria-label="Conversations">
        <Button icon="plus" disabled={chosen === undefined} onClick={() => choose()}>
          A new conversation
        </Button>
        <ul>
          {known.map(({ id, title }) => (
            <li key={id}>
              <Link
                href={pathOf(path, id)}
                className={talk.link}
                aria-current={id === chosen ? 'page' : undefined}
                title={title}
              >
                <span className={talk.name}>{title}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <section className={talk.talk} aria-label="Conversation">
        <Talk
          conversationId={chosen}
          answer={answer?.conversationId === chosen || chosen === undefined ? answer : undefined}
          question={question}
        />
        {/* A conversation takes one question at a time. */}
        <Composer
          about={`assistant.ask.${chosen ?? 'new'}`}
          title="Ask"
          label="Question"
          placeholder="Ask something"
          submit="Ask"
          maxLength={4_000}
          may={may}
          isBusy={answer?.state === 'asking' || answer?.state === 'streaming'}
          onSubmit={(text) => {
            setQuestion(text);
            // What becomes of it is in the answer.
            ask(text).done.catch(() => {});
          }}
        />
      </section>
    </div>
  );
}
