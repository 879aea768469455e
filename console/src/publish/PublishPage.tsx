import { useLocation } from 'wouter';
import { segmentsOf } from '../base/segments.ts';
import type { ActionView, ContractView } from '../contract/readContract.ts';
import { useContract } from '../contract/useContract.ts';
import { useSession } from '../session/useSession.ts';
import { addressesFor } from '../topics/kinds.ts';
import { Select } from '../ui/controls/Field.tsx';
import { Page } from '../ui/layout/Page.tsx';
import { Empty, Failed, Loading } from '../ui/layout/States.tsx';
import css from './publish.module.css';
import { RequestForm } from './RequestForm.tsx';

/** What begins with: a feature's own action is rather looked for than one of the connection. */
const firstOf = ({ actions }: ContractView) => actions.find(({ group }) => group === 'domain') ?? actions[0];

/** Any action of the contract, filled in as a form and sent. */
export default function PublishPage() {
  const { where } = useSession();
  const [location, go] = useLocation();
  const [contract, askAgain] = useContract(where.httpUrl);
  const [, name, topic] = segmentsOf(location);
  const about = 'Any action of the contract, with a form made from it.';
  if (!contract.value) {
    return (
      <Page title="Publish" about={about}>
        {contract.state === 'failed' ? (
          <Failed title="The contract cannot be read" onRetry={askAgain}>
            {contract.error.message}
          </Failed>
        ) : (
          <Loading label="Reading the contract" lines={6} />
        )}
      </Page>
    );
  }
  const { actions } = contract.value;
  const action =
    name === undefined || name === '' ? firstOf(contract.value) : actions.find((one) => one.name === name);
  return (
    <Page title="Publish" about={about}>
      <div className={css.choose}>
        <Actions actions={actions} chosen={action?.name ?? ''} onChoose={(next) => go(`/publish/${next}`)} />
      </div>
      {action ? (
        <RequestForm
          key={action.name}
          action={action}
          addresses={addressesFor(contract.value, action)}
          topic={topic}
        />
      ) : (
        <Empty title={`There is no action ${name}`}>
          <span>There are {actions.map((one) => one.name).join(', ')}.</span>
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
