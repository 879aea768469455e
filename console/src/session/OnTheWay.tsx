import css from './SignIn.module.css';
import type { Meanwhile } from './signedIn.ts';

/** One is on the way in or out. */
export const OnTheWay = ({ title, text }: Meanwhile) => (
  <main className={css.sign}>
    <div className={css.box} role="status">
      <h1>{title}</h1>
      <p className={css.about}>{text}</p>
    </div>
  </main>
);
