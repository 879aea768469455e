import { Tabs } from '../ui/controls/Tabs.tsx';
import { Pill } from '../ui/data/Pill.tsx';
import { Icon } from '../ui/Icon.tsx';
import type { Credential } from './createSession.ts';
import { PasteToken } from './PasteToken.tsx';
import { PersonForm } from './PersonForm.tsx';
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
  return (
    <div className={css.people}>
      <ul className={css.list} aria-label="Suggestions">
        {examplePeople.map((person) => (
          <li key={person.user}>
            <button type="button" className={css.person} onClick={() => onPerson(person)}>
              <Icon name="people" />
              <span className={css.name}>{person.user}</span>
              <span className={css.tenant}>
                {person.tenant}
                {person.clients && `, client ${person.clients.join(', ')}`}
              </span>
              <span className={css.roles}>
                {person.roles.map((role) => (
                  <Pill key={role}>{role}</Pill>
                ))}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <h2>Somebody else</h2>
      <PersonForm known={[]} onPerson={onPerson} />
    </div>
  );
}
