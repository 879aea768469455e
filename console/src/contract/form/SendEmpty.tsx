import { Checkbox } from '../../ui/controls/Field.tsx';
import type { Draft } from './draft.ts';

export interface SendEmptyProps {
  readonly label: string;
  readonly draft: Draft;
  onChange(draft: Draft): void;
}

/** What is empty is left out, and this sends it all the same: an empty note is not the same as none. */
export const SendEmpty = ({ label, draft, onChange }: SendEmptyProps) => (
  <Checkbox
    label={`Send ${label} empty`}
    checked={draft.isSentEmpty ?? false}
    onChange={({ target }) => onChange({ ...draft, isSentEmpty: target.checked })}
  />
);
