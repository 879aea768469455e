import { useState } from 'react';
import { useRight } from '../../contract/useRight.ts';
import { useKept } from '../../session/useKept.ts';
import { usePrincipal } from '../../session/usePrincipal.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { Checkbox, Select } from '../../ui/controls/Field.tsx';
import { Pill, type Tone } from '../../ui/data/Pill.tsx';
import { Empty, Loading } from '../../ui/layout/States.tsx';
import { AskError } from '../parts/AskError.tsx';
import { DomainPage } from '../parts/DomainPage.tsx';
import { ItemList } from '../parts/ItemList.tsx';
import list from '../parts/items.module.css';
import css from '../parts/parts.module.css';
import { useAsk } from '../parts/useAsk.ts';
import { When } from '../parts/When.tsx';
import { SampleButton } from '../sample/SampleButton.tsx';
import {
  type AlertFilter,
  type AlertView,
  addressText,
  mayAcknowledge,
  type Severity,
  seenAlerts,
  severities,
} from './alertList.ts';
import { RaiseDialog } from './RaiseDialog.tsx';
import { useAlerts } from './useAlerts.ts';

const tones: Readonly<Record<Severity, Tone>> = { critical: 'bad', warning: 'warn', info: 'accent' };

/** Alerts to whomever one is: what is open, and who has seen what. */
export default function AlertsPage() {
  const raise = useRight('alert.raise');
  const [isRaising, setRaising] = useState(false);
  return (
    <DomainPage
      title="Alerts"
      about="To everybody, the staff, a client or you, until somebody acknowledges them."
      path="/alerts"
      right={raise}
      does="raise one"
      actions={
        <Button icon="plus" look="primary" disabled={!raise.may} onClick={() => setRaising(true)}>
          Raise an alert
        </Button>
      }
    >
      <Alerts />
      <RaiseDialog isOpen={isRaising} onClose={() => setRaising(false)} />
    </DomainPage>
  );
}

const first: AlertFilter = { severity: '', isAll: false };

function Alerts() {
  const { alerts, isRead } = useAlerts();
  const [filter, setFilter] = useKept('alerts.filter', first);
  const seen = seenAlerts(alerts, filter);
  const open = alerts.filter(({ acknowledgedBy }) => acknowledgedBy === undefined).length;
  if (!isRead) return <Loading lines={6} label="Waiting for alerts" />;
  return (
    <>
      <div className={css.toolbar}>
        <Select
          label="Severity"
          hideLabel
          value={filter.severity}
          onChange={({ target }) => setFilter({ ...filter, severity: target.value as Severity | '' })}
        >
          <option value="">Any severity</option>
          {severities.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Select>
        <Checkbox
          label="Acknowledged ones too"
          checked={filter.isAll}
          onChange={({ target }) => setFilter({ ...filter, isAll: target.checked })}
        />
        <span className={css.spacer} />
        <span className={css.count} role="status">
          {open} open
        </span>
      </div>
      {seen.length > 0 ? (
        <ItemList label="Alerts" items={seen} keyOf={({ alertId }) => alertId}>
          {(alert) => <Alert key={alert.alertId} alert={alert} />}
        </ItemList>
      ) : (
        <Empty title={alerts.length > 0 ? 'None is like that' : 'No alert is open'} icon="check">
          {alerts.length > 0 ? (
            <Button onClick={() => setFilter({ severity: '', isAll: true })}>Show all of them</Button>
          ) : (
            <SampleButton of="alerts" />
          )}
        </Empty>
      )}
    </>
  );
}

function Alert({ alert }: { readonly alert: AlertView }) {
  const { alertId, severity, title, body, to, at, raisedBy, acknowledgedBy } = alert;
  const { ask, isBusy, error } = useAsk('alert.acknowledge');
  const may = mayAcknowledge(alert, usePrincipal().roles);
  return (
    <li className={list.item} data-done={acknowledgedBy !== undefined}>
      <span className={list.lead}>
        <Pill tone={tones[severity]}>{severity}</Pill>
      </span>
      <div className={list.words}>
        <p className={list.title}>{title}</p>
        {body !== null && <p className={list.body}>{body}</p>}
        <p className={list.facts}>
          To {addressText(to)}
          {raisedBy !== undefined && `, by ${raisedBy}`}, <When at={at} />
        </p>
        <AskError error={error} />
      </div>
      <div className={list.act}>
        {acknowledgedBy === undefined ? (
          <Button
            size="small"
            icon="check"
            aria-label={`Acknowledge ${title}`}
            disabled={!may || isBusy}
            title={
              may ? undefined : 'It takes the role msp or admin: an alert to everybody is gone for all then.'
            }
            onClick={() => void ask({ alertId })}
          >
            Acknowledge
          </Button>
        ) : (
          <span className={css.quiet}>seen by {acknowledgedBy}</span>
        )}
      </div>
    </li>
  );
}
