import { type FormEvent, useId, useState } from 'react';
import { Button } from '../ui/controls/Button.tsx';
import { Checkbox, TextField } from '../ui/controls/Field.tsx';
import { examplePeople, listed, type Person, usualRoles } from './person.ts';
import css from './SignIn.module.css';

export interface PersonFormProps {
  /** What the button says. @default Sign in */
  readonly label?: string;
  readonly initial?: Person | undefined;
  /** Whose names are offered while one types. */
  readonly known: readonly Person[];
  onPerson(person: Person): void;
}

/** Anybody, by name: what the issuer of a laptop puts into a token. */
export function PersonForm({ label = 'Sign in', initial, known, onPerson }: PersonFormProps) {
  const id = useId();
  const [user, setUser] = useState(initial?.user ?? '');
  const [tenant, setTenant] = useState(initial?.tenant ?? examplePeople[0]?.tenant ?? '');
  const [roles, setRoles] = useState<readonly string[]>(initial?.roles ?? ['msp']);
  const [clients, setClients] = useState(initial?.clients?.join(', ') ?? '');
  const [missing, setMissing] = useState<{
    readonly user?: string;
    readonly tenant?: string;
    readonly roles?: string;
  }>({});
  const ownRoles = roles.filter((role) => !usualRoles.some((usual) => usual === role));
  const [others, setOthers] = useState(ownRoles.join(', '));

  function submit(event: FormEvent) {
    event.preventDefault();
    const all = [...roles.filter((role) => !ownRoles.includes(role)), ...listed(others)];
    const wrong = {
      ...(user.trim() === '' && { user: 'Give a name.' }),
      ...(tenant.trim() === '' && { tenant: 'Give a tenant.' }),
      ...(all.length === 0 && { roles: 'Choose a role, or give one of your own.' }),
    };
    setMissing(wrong);
    if (Object.keys(wrong).length > 0) return;
    const ofClients = listed(clients);
    onPerson({
      user: user.trim(),
      tenant: tenant.trim(),
      roles: all,
      ...(ofClients.length > 0 && { clients: ofClients }),
    });
  }

  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <div className={css.pair}>
        <TextField
          label="User"
          value={user}
          error={missing.user}
          list={`${id}-users`}
          onChange={({ target }) => setUser(target.value)}
        />
        <TextField
          label="Tenant"
          value={tenant}
          error={missing.tenant}
          list={`${id}-tenants`}
          onChange={({ target }) => setTenant(target.value)}
        />
      </div>
      <Names id={`${id}-users`} names={known.filter((one) => one.tenant === tenant).map((one) => one.user)} />
      <Names id={`${id}-tenants`} names={known.map((one) => one.tenant)} />
      <fieldset className={css.roleset}>
        <legend>Roles</legend>
        {usualRoles.map((role) => (
          <Checkbox
            key={role}
            label={role}
            checked={roles.includes(role)}
            onChange={({ target }) =>
              setRoles(target.checked ? [...roles, role] : roles.filter((one) => one !== role))
            }
          />
        ))}
      </fieldset>
      <div className={css.pair}>
        <TextField
          label="Roles of your own"
          hint="With commas between."
          value={others}
          error={missing.roles}
          onChange={({ target }) => setOthers(target.value)}
        />
        <TextField
          label="Clients"
          hint="Of a client’s user, with commas between."
          value={clients}
          onChange={({ target }) => setClients(target.value)}
        />
      </div>
      <Button type="submit" look="primary">
        {label}
      </Button>
    </form>
  );
}

const Names = ({ id, names }: { readonly id: string; readonly names: readonly string[] }) => (
  <datalist id={id}>
    {[...new Set(names)].map((name) => (
      <option key={name} value={name} />
    ))}
  </datalist>
);
