import { Link, useLocation } from 'wouter';
import { Icon } from '../ui/Icon.tsx';
import { groups, type Page } from './pages.ts';
import css from './shell.module.css';

/** Links to the pages, by groups. */
export function Navigation({ pages, onChosen }: { readonly pages: readonly Page[]; onChosen?(): void }) {
  const [location] = useLocation();
  return groups.map((group) => {
    const inside = pages.filter((page) => page.group === group);
    if (inside.length === 0) return null;
    return (
      <div key={group} className={css.group}>
        <h2 className={css.groupName}>{group}</h2>
        <ul>
          {inside.map(({ path, title, icon, Badge }) => {
            const isHere = location === path || location.startsWith(`${path}/`);
            return (
              <li key={path}>
                <Link
                  href={path}
                  className={css.link}
                  aria-current={isHere ? 'page' : undefined}
                  onClick={() => onChosen?.()}
                >
                  <Icon name={icon} />
                  <span className={css.linkName}>{title}</span>
                  {Badge && <Badge />}
                </Link>
              </li>
            );
          })}
        </ul>
      </div>
    );
  });
}
