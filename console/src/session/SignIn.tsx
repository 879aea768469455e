import { useState } from 'react';
import { useTask } from '../base/useTask.ts';
import { Tabs } from '../ui/controls/Tabs.tsx';
import type { Credential } from './createSession.ts';
import { knownPeople } from './knownPeople.ts';
import { PasteToken } from './PasteToken.tsx';
import { PersonForm } from './PersonForm.tsx';
import { PersonList } from './PersonList.tsx';
import { examplePeople, type Person } from './person.ts';
import css from './SignIn.module.css';
import { givesTokens, type Where } from './where.ts';

export interface SignInProps {
  readonly where: Where;
  onSignIn(credential: Credential): void;
}

/** Who looks: a person that a laptop gives a token for, or whoever has a token. */
export function SignIn({ where, onSignIn }: SignInProps) {
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
        {givesTokens(where) ? (
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

function People({ onPerson }: { onPerson(person: Person): void }) {
  const [task] = useTask('people', knownPeople);
  const [chosen, setChosen] = useState<Person>();
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
          <PersonList label="Known to this stack" people={known} onPerson={choose} />
        </>
      )}
    </div>
  );
}
