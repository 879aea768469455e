import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { pathOf } from '../base/segments.ts';
import { formNode } from '../contract/form/formNode.ts';
import { Words } from '../contract/form/Words.tsx';
import type { ContractView, KindView } from '../contract/readContract.ts';
import { usePrincipal } from '../session/usePrincipal.ts';
import { useSession } from '../session/useSession.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Select, TextField } from '../ui/controls/Field.tsx';
import { Pill } from '../ui/data/Pill.tsx';
import { Table } from '../ui/data/Table.tsx';
import { Card, Columns, Page } from '../ui/layout/Page.tsx';
import { feedsOf, findTopic, whyUnknown } from './kinds.ts';
import { StoredTopics } from './StoredTopics.tsx';
import css from './topics.module.css';

/** Which topic: by kind and id, a feed of one's own, or one of those that are stored. */
export function ChooseTopic({ contract }: { readonly contract: ContractView }) {
  const { who } = useSession();
  const { roles } = usePrincipal();
  const feeds = feedsOf(contract, roles, who.clients ?? []);
  return (
    <Page title="Topics" about="Any topic: where it stands, what came, what it is now, and who follows it.">
      <Columns>
        <Card title="Open a topic">
          <OpenTopic contract={contract} />
        </Card>
        <Card title="Your feeds">
          <ul className={css.links}>
            {feeds.map((name) => (
              <li key={name}>
                <a href={`#${pathOf('topics', name)}`}>
                  <code>{name}</code>
                </a>
              </li>
            ))}
          </ul>
        </Card>
      </Columns>
      <StoredTopics contract={contract} />
      <Card title="Kinds">
        <Kinds kinds={contract.kinds} />
      </Card>
    </Page>
  );
}

function OpenTopic({ contract }: { readonly contract: ContractView }) {
  const [, go] = useLocation();
  const { kinds } = contract;
  const [address, setAddress] = useState(kinds.find(({ varies }) => varies !== undefined)?.address ?? '');
  const [id, setId] = useState('');
  const [error, setError] = useState<string>();
  const kind = kinds.find((one) => one.address === address);
  const name = kind?.varies === undefined ? address : `${kind.kind}:${id.trim()}`;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (findTopic(contract, name)) go(pathOf('topics', name));
    else setError(id.trim() === '' ? 'is missing' : whyUnknown(contract, name));
  }

  return (
    <form className={css.open} onSubmit={submit} noValidate>
      <Select
        label="Kind"
        hint={kind && <Words text={kind.documentation} />}
        value={address}
        onChange={({ target }) => {
          setAddress(target.value);
          setError(undefined);
        }}
      >
        {kinds.map((one) => (
          <option key={one.address} value={one.address}>
            {one.address}
          </option>
        ))}
      </Select>
      <TextField
        label="Id"
        type={isDate(kind) ? 'date' : 'text'}
        value={kind?.varies === undefined ? '' : id}
        disabled={kind?.varies === undefined}
        placeholder={
          kind?.varies === undefined ? 'there is but one' : `e.g. ${kind.example.replace(/^.*:/, '')}`
        }
        error={error}
        onChange={({ target }) => {
          setId(target.value);
          setError(undefined);
        }}
      />
      <Button type="submit" look="primary" className={css.submit}>
        Open
      </Button>
    </form>
  );
}

function isDate(kind: KindView | undefined): boolean {
  if (kind?.varies === undefined) return false;
  const node = formNode({ type: 'string', pattern: `^${kind.varies}$` });
  return node.kind === 'text' && node.input === 'date';
}

const Kinds = ({ kinds }: { readonly kinds: readonly KindView[] }) => (
  <Table
    label="Kinds of topics"
    rows={kinds}
    keyOf={({ address }) => address}
    columns={[
      { title: 'Topic', cell: ({ address }) => <code>{address}</code> },
      { title: 'Who may subscribe', cell: ({ who }) => <span className={css.words}>{who}</span> },
      { title: 'Joined on open', cell: ({ feedOf = '' }) => feedOf, isExtra: true },
      {
        title: 'Has',
        isExtra: true,
        cell: ({ snapshot, presence, history }) => (
          <span className={css.pills}>
            {snapshot !== undefined && <Pill>snapshot</Pill>}
            {presence && <Pill>presence</Pill>}
            {history && <Pill>history</Pill>}
          </span>
        ),
      },
    ]}
  />
);
