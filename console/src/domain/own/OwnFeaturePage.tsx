import { useState } from 'react';
import type { ActionView, ContractView } from '../../contract/readContract.ts';
import { useApp } from '../../contract/useApp.ts';
import { RequestForm } from '../../publish/RequestForm.tsx';
import { useKept } from '../../session/useKept.ts';
import { addressesFor } from '../../topics/kinds.ts';
import { Tabs } from '../../ui/controls/Tabs.tsx';
import { Page } from '../../ui/layout/Page.tsx';
import { Empty, Loading } from '../../ui/layout/States.tsx';
import { useBelow } from '../parts/useBelow.ts';
import { OwnTopics } from './OwnTopics.tsx';
import css from './own.module.css';
import { ownFeatures } from './ownFeatures.ts';
import type { SentRequest } from './sentTopic.ts';

/** The page of a feature that no other page knows, made of its contract: its actions as forms, its topics as they change. */
export default function OwnFeaturePage() {
  const [{ value: app, state }] = useApp();
  const [name] = useBelow('/own');
  const [sent, setSent] = useState<SentRequest>();
  const feature = ownFeatures(app).find((one) => one.name === name);
  if (!app || !feature) {
    return (
      <Page title={name ?? 'A feature'}>
        {state === 'loading' ? <Loading lines={6} /> : <Empty title="This app does not have it" />}
      </Page>
    );
  }
  const { title, actions, kinds, events } = feature;
  return (
    <Page title={title} about="Made of the contract: what can be asked, and what comes of it.">
      <div className={css.page}>
        {actions.length > 0 && <Actions app={app} name={feature.name} actions={actions} onSent={setSent} />}
        <OwnTopics kinds={kinds} events={events} sent={sent} />
      </div>
    </Page>
  );
}

interface ActionsProps {
  readonly app: ContractView;
  readonly name: string;
  readonly actions: readonly ActionView[];
  onSent(sent: SentRequest): void;
}

function Actions({ app, name, actions, onSent }: ActionsProps) {
  const [kept, choose] = useKept(`own.${name}.action`, actions[0]?.name ?? '');
  const chosen = actions.some((one) => one.name === kept) ? kept : (actions[0]?.name ?? '');
  return (
    <Tabs
      label="Actions"
      value={chosen}
      onChange={choose}
      tabs={actions.map((action) => ({
        value: action.name,
        title: action.name,
        content: (
          <RequestForm
            action={action}
            addresses={addressesFor(app, action)}
            topic={undefined}
            onSent={(request) => onSent({ action, request })}
          />
        ),
      }))}
    />
  );
}
