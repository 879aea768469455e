import { useState } from 'react';
import { useStore } from '../base/useStore.ts';
import { PersonForm } from '../session/PersonForm.tsx';
import { examplePeople, type Person } from '../session/person.ts';
import { Dialog } from '../ui/controls/Dialog.tsx';
import { Select } from '../ui/controls/Field.tsx';
import { chosenPeople, rememberPerson } from './otherSession.ts';
import css from './people.module.css';

export interface PersonPickerProps {
  readonly label: string;
  /** What it says while nobody is chosen. */
  readonly nobody: string;
  readonly person: Person | undefined;
  onPerson(person: Person | undefined): void;
}

const somebodyElse = 'somebody else';
const textOf = ({ user, tenant, roles, clients = [] }: Person) =>
  `${user} · ${roles.join(', ')}${clients.length > 0 ? ` of ${clients.join(', ')}` : ''} · ${tenant}`;

/** Anybody at all, on a laptop: those who were chosen before, those of the examples, or somebody by name. */
export function PersonPicker({ label, nobody, person, onPerson }: PersonPickerProps) {
  const chosen = useStore(chosenPeople);
  const [isAsking, setAsking] = useState(false);
  const people = [...new Map([...chosen, ...examplePeople].map((one) => [textOf(one), one])).values()];
  function choose(value: string) {
    if (value === somebodyElse) return setAsking(true);
    onPerson(people.find((one) => textOf(one) === value));
  }
  return (
    <>
      <Select
        label={label}
        value={person ? textOf(person) : ''}
        onChange={({ target }) => choose(target.value)}
      >
        <option value="">{nobody}</option>
        {people.map((one) => (
          <option key={textOf(one)} value={textOf(one)}>
            {textOf(one)}
          </option>
        ))}
        <option value={somebodyElse}>Somebody else…</option>
      </Select>
      <Dialog title="Somebody else" isOpen={isAsking} onClose={() => setAsking(false)}>
        <div className={css.anybody}>
          <PersonForm
            label="Choose"
            known={[]}
            onPerson={(one) => {
              rememberPerson(one);
              setAsking(false);
              onPerson(one);
            }}
          />
        </div>
      </Dialog>
    </>
  );
}
