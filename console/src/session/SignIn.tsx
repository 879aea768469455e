import { useState } from 'react';
import { useTask } from '../base/useTask.ts';
import type { Prompt } from '../oidc/issuer.ts';
import type { Problem } from '../oidc/issuerDoor.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Tabs } from '../ui/controls/Tabs.tsx';
import { Notice } from '../ui/layout/States.tsx';
import type { Credential } from './createSession.ts';
import { knownPeople } from './knownPeople.ts';
import { PasteToken } from './PasteToken.tsx';
import { PersonForm } from './PersonForm.tsx';
import { PersonList } from './PersonList.tsx';
import { examplePeople, type Person } from './person.ts';
import css from './SignIn.module.css';
import { givesTokens, type Oidc, type Where } from './where.ts';

export interface SignInProps {
  readonly where: Where;
  readonly problem?: Problem | undefined;
  onSignIn(credential: Credential): void;
  /** Leaves for the issuer of the stage. */
  onIssuer(prompt?: Prompt): void;
}

/** Who looks: a person that a laptop gives a token for, or whoever has a token. */
export function SignIn({ where, problem, onSignIn, onIssuer }: SignInProps) {
  const pasting = <PasteToken label="Sign in" onToken={(token) => onSignIn({ token })} />;
  return (
    <main className={css.sign}>
      <div className={css.box}>
        <header>
          <h1>Who is looking?</h1>
          <p className={css.about}>
            {where.mode === 'local' ? 'The local stack' : 'The stage'} <code>{where.stage}</code> at{' '}
            <code>{where.wsUrl}</code>
          </p>
        </header>
        {problem && (
          <div role="alert">
            <Notice tone="bad" icon="faults">
              {problem.text}
            </Notice>
          </div>
        )}
        {where.oidc ? (
          <AtIssuer oidc={where.oidc} isOther={problem?.isOfUser} onIssuer={onIssuer} onSignIn={onSignIn} />
        ) : givesTokens(where) ? (
          <Tabs
            label="Ways to sign in"
            tabs={[
              {
                value: 'person',
                title: 'A person',
                content: <People onPerson={(person) => onSignIn({ person })} />,
              },
              { value: 'token', title: 'A token', content: pasting },
            ]}
          />
        ) : (
          pasting
        )}
      </div>
    </main>
  );
}

function AtIssuer({
  oidc,
  isOther = false,
  onIssuer,
  onSignIn,
}: Pick<SignInProps, 'onIssuer' | 'onSignIn'> & {
  readonly oidc: Oidc;
  readonly isOther?: boolean | undefined;
}) {
  return (
    <>
      <div className={css.issuer}>
        <Button look="primary" icon="key" onClick={() => onIssuer(isOther ? 'login' : undefined)}>
          {isOther ? 'Sign in as somebody else' : 'Sign in'}
        </Button>
        <p className={css.about}>
          at <code>{new URL(oidc.authority).host}</code>, and back to this page
        </p>
      </div>
      <h2>Paste a token</h2>
      <PasteToken label="Use this token" isPrimary={false} onToken={(token) => onSignIn({ token })} />
    </>
  );
}

/** So many of those who are known are shown at first, and as many more when somebody asks. */
const pageSize = 50;

function People({ onPerson }: { onPerson(person: Person): void }) {
  const [task] = useTask('people', knownPeople);
  const [chosen, setChosen] = useState<Person>();
  const [count, setCount] = useState(pageSize);
  const known = task.value ?? [];
  // Who has only a feed had no connection yet: nobody knows in which roles it comes.
  const choose = (person: Person) => (person.roles.length > 0 ? onPerson(person) : setChosen(person));
  return (
    <div className={css.people}>
      <PersonList label="Suggestions" people={examplePeople} onPerson={onPerson} />
      <h2>Somebody else</h2>
      <PersonForm key={JSON.stringify(chosen)} initial={chosen} known={known} onPerson={onPerson} />
      {known.length > 0 && (
        // Below what was there before it: nothing moves when it comes.
        <>
          <h2>Known to this stack</h2>
          <PersonList label="Known to this stack" people={known.slice(0, count)} onPerson={choose} />
          {known.length > count && (
            <div>
              <Button size="small" onClick={() => setCount(count + pageSize)}>
                {known.length - count} more
              </Button>
            </div>
          )}
        </>
      )}
    </div>
  );
}
