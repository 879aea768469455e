import * as Radix from '@radix-ui/react-tabs';
import type { ReactNode } from 'react';
import css from './Tabs.module.css';

export interface Tab {
  readonly value: string;
  readonly title: ReactNode;
  readonly content: ReactNode;
}

export interface TabsProps {
  /** What they are the parts of. */
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly value?: string;
  onChange?(value: string): void;
}

/** Parts of one thing, one of which is shown. Arrow keys go from one to the next. */
export function Tabs({ label, tabs, value, onChange }: TabsProps) {
  const chosen =
    value === undefined
      ? { defaultValue: tabs[0]?.value ?? '' }
      : { value, ...(onChange && { onValueChange: onChange }) };
  return (
    <Radix.Root className={css.tabs} {...chosen}>
      <Radix.List className={css.list} aria-label={label}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.value} value={tab.value} className={css.trigger}>
            {tab.title}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className={css.content}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
