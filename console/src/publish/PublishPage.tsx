import { useLocation } from 'wouter';
import { segmentsOf } from '../base/segments.ts';
import { ContractPage } from '../contract/ContractPage.tsx';
import type { ActionView, ContractView } from '../contract/readContract.ts';
import { addressesFor } from '../topics/kinds.ts';
import { Select } from '../ui/controls/Field.tsx';
import { Page } from '../ui/layout/Page.tsx';
import { Empty } from '../ui/layout/States.tsx';
import css from './publish.module.css';
import { RequestForm } from './RequestForm.tsx';

const about = 'Any action of the contract, with a form made from it.';

/** They change the console's own connection, of which its client would not know. */
const ofClient: ReadonlySet<string> = new Set(['hello', 'auth', 'unsubscribe']);

/** Any action of the contract, filled in as a form and sent. */
export default function PublishPage() {
  return (
    <ContractPage title="Publish" about={about}>
      {(contract) => <Publish contract={contract} />}
    </ContractPage>
  );
}

/** What begins with: a feature's own action is rather looked for than one of the connection. */
const firstOf = ({ actions }: ContractView) => actions.find(({ group }) => group === 'domain') ?? actions[0];

function Publish({ contract }: { readonly contract: ContractView }) {
  const [location, go] = useLocation();
  const [, name = '', topic] = segmentsOf(location);
  const actions = contract.actions.filter((one) => !ofClient.has(one.name));
  const action = name === '' ? firstOf(contract) : actions.find((one) => one.name === name);
  return (
    <Page title="Publish" about={about}>
      <div className={css.choose}>
        <Actions actions={actions} chosen={action?.name ?? ''} onChoose={(next) => go(`/publish/${next}`)} />
      </div>
      {action ? (
        <RequestForm
          key={action.name}
          action={action}
          addresses={addressesFor(contract, action)}
          topic={topic}
        />
      ) : (
        <Empty title={ofClient.has(name) ? `${name} is the client’s own` : `There is no action ${name}`}>
          <span>
            {ofClient.has(name)
              ? 'It would change this connection behind the client’s back.'
              : `There are ${actions.map((one) => one.name).join(', ')}.`}
          </span>
        </Empty>
      )}
    </Page>
  );
}

const groupTitles: Readonly<Record<string, string>> = { domain: 'Actions', connection: 'Of the connection' };

function Actions(props: {
  readonly actions: readonly ActionView[];
  readonly chosen: string;
  onChoose(name: string): void;
}) {
  const { actions, chosen, onChoose } = props;
  const groups = [...new Set(['domain', ...actions.map(({ group }) => group)])];
  const isKnown = actions.some(({ name }) => name === chosen);
  return (
    <Select label="Action" value={chosen} onChange={({ target }) => onChoose(target.value)}>
      {!isKnown && <option value="">Choose…</option>}
      {groups.map((group) => (
        <optgroup key={group} label={groupTitles[group] ?? group}>
          {actions
            .filter((one) => one.group === group)
            .map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
        </optgroup>
      ))}
    </Select>
  );
}
