import { Pill } from '../ui/data/Pill.tsx';
import { Icon } from '../ui/Icon.tsx';
import type { Person } from './person.ts';
import css from './SignIn.module.css';

export interface PersonListProps {
  readonly label: string;
  readonly people: readonly (Person & { readonly connections?: number })[];
  onPerson(person: Person): void;
}

/** People to be, each a button. */
export function PersonList({ label, people, onPerson }: PersonListProps) {
  return (
    <ul className={css.list} aria-label={label}>
      {people.map(({ connections = 0, ...person }) => (
        <li key={JSON.stringify([person.tenant, person.user])}>
          <button type="button" className={css.person} onClick={() => onPerson(person)}>
            <Icon name="people" />
            <span className={css.name}>{person.user}</span>
            <span className={css.tenant}>
              {person.tenant}
              {person.clients && `, client ${person.clients.join(', ')}`}
            </span>
            <span className={css.roles}>
              {connections > 0 && (
                <Pill tone="good" dot>
                  {connections} open
                </Pill>
              )}
              {person.roles.map((role) => (
                <Pill key={role}>{role}</Pill>
              ))}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
