import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
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
  const id = useId();
  const [own, setOwn] = useState(tabs[0]?.value ?? '');
  const chosen = value ?? own;
  const at = tabs.findIndex((tab) => tab.value === chosen);

  function choose(next: string) {
    setOwn(next);
    onChange?.(next);
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    const next = to === undefined ? undefined : tabs.at(to % tabs.length);
    if (!next) return;
    event.preventDefault();
    choose(next.value);
    document.getElementById(`${id}-${next.value}`)?.focus();
  }

  return (
    <div className={css.tabs}>
      <div role="tablist" aria-label={label} className={css.list} onKeyDown={onKeyDown}>
        {tabs.map((tab, index) => {
          const isChosen = index === at;
          return (
            <button
              key={tab.value}
              type="button"
              role="tab"
              id={`${id}-${tab.value}`}
              aria-selected={isChosen}
              aria-controls={isChosen ? `${id}-part` : undefined}
              data-state={isChosen ? 'active' : 'inactive'}
              // One is reached by Tab, the others by the arrows.
              tabIndex={isChosen || (at < 0 && index === 0) ? 0 : -1}
              className={css.trigger}
              onClick={() => choose(tab.value)}
            >
              {tab.title}
            </button>
          );
        })}
      </div>
      {tabs[at] && (
        <div
          key={chosen}
          id={`${id}-part`}
          role="tabpanel"
          aria-labelledby={`${id}-${chosen}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what a tab shows is reached after it.
          tabIndex={0}
          className={css.content}
        >
          {tabs[at].content}
        </div>
      )}
    </div>
  );
}
