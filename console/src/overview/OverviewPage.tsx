import { useSession } from '../session/useSession.ts';
import { Page } from '../ui/layout/Page.tsx';
import { StackFigures } from './StackFigures.tsx';
import { TenantNow } from './TenantNow.tsx';

/** Where one begins: how it goes, at a glance. */
export default function OverviewPage() {
  const { where } = useSession();
  return (
    <Page title="Overview" about="How it goes, at a glance.">
      {where.mode === 'local' && <StackFigures />}
      <TenantNow />
    </Page>
  );
}
