import { lazy, Suspense } from 'react';
import { useLocation } from 'wouter';
import { segmentsOf } from '../base/segments.ts';
import { ContractPage } from '../contract/ContractPage.tsx';
import type { ContractView } from '../contract/readContract.ts';
import { Page } from '../ui/layout/Page.tsx';
import { Empty, Loading } from '../ui/layout/States.tsx';
import { ChooseTopic } from './ChooseTopic.tsx';
import { findTopic, whyUnknown } from './kinds.ts';
import { TopicPage } from './TopicPage.tsx';

const BesidePage = lazy(() => import('./beside/BesidePage.tsx'));

/** Any topic: chosen here, or named by the address. */
export default function TopicsPage() {
  const [location] = useLocation();
  const [, name = '', view = '', whose = ''] = segmentsOf(location);
  return (
    <ContractPage title={name || 'Topics'}>
      {(contract) => <Inside contract={contract} name={name} view={view} whose={whose} />}
    </ContractPage>
  );
}

function Inside({
  contract,
  name,
  view,
  whose,
}: {
  readonly contract: ContractView;
  readonly name: string;
  readonly view: string;
  readonly whose: string;
}) {
  if (name === '') return <ChooseTopic contract={contract} />;
  const found = findTopic(contract, name);
  if (!found) {
    return (
      <Page title={name}>
        <Empty title="There is no such topic" icon="topics">
          <span>{whyUnknown(contract, name)}</span>
          <a href="#/topics">Choose one</a>
        </Empty>
      </Page>
    );
  }
  if (view === 'beside') {
    return (
      <Suspense
        fallback={
          <Page title={name}>
            <Loading lines={6} />
          </Page>
        }
      >
        <BesidePage key={name} found={found} />
      </Suspense>
    );
  }
  const key = `${name} ${whose}`;
  return (
    <TopicPage
      key={key}
      contract={contract}
      found={found}
      whose={view === 'of' && whose !== '' ? whose : undefined}
    />
  );
}
