import type { ReactNode } from 'react';
import { Page } from '../ui/layout/Page.tsx';
import { Failed, Loading } from '../ui/layout/States.tsx';
import type { ContractView } from './readContract.ts';
import { useApp } from './useApp.ts';

export interface ContractPageProps {
  readonly title: string;
  readonly about?: string;
  readonly children: (contract: ContractView) => ReactNode;
}

/** A page that is made from the contract: what stands in its place until that is read, or where it cannot be. */
export function ContractPage({ title, about, children }: ContractPageProps) {
  const [contract, askAgain] = useApp();
  if (contract.value) return children(contract.value);
  return (
    <Page title={title} about={about}>
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
