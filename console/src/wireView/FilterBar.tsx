import { Checkbox, Select, TextField } from '../ui/controls/Field.tsx';
import type { WireFilter } from './wireFilter.ts';
import css from './wireView.module.css';

export interface FilterBarProps {
  readonly filter: WireFilter;
  onChange(filter: WireFilter): void;
  readonly shown: number;
  readonly of: number;
}

/** Says what of the wire is shown, and how much that is. */
export function FilterBar({ filter, onChange, shown, of }: FilterBarProps) {
  return (
    <search className={css.filter}>
      <TextField
        label="Filter"
        hideLabel
        type="search"
        placeholder="Words that are in a frame"
        value={filter.words}
        onChange={({ target }) => onChange({ ...filter, words: target.value })}
      />
      <Select
        label="Direction"
        hideLabel
        value={filter.direction}
        onChange={({ target }) => onChange({ ...filter, direction: target.value as WireFilter['direction'] })}
      >
        <option value="both">In and out</option>
        <option value="in">In</option>
        <option value="out">Out</option>
      </Select>
      <Checkbox
        label="Pings"
        checked={filter.hasPings}
        onChange={({ target }) => onChange({ ...filter, hasPings: target.checked })}
      />
      <span className={css.count} role="status">
        {shown.toLocaleString('en')} of {of.toLocaleString('en')}
      </span>
    </search>
  );
}
