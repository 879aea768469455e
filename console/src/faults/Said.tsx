import css from './faults.module.css';
import type { LocalTask } from './useLocal.ts';

/** What became of what was asked for. It has its room before it is said. */
export const Said = ({ said }: Pick<LocalTask, 'said'>) => (
  <p role="status" className={said?.isBad ? css.bad : css.said}>
    {said?.text}
  </p>
);
