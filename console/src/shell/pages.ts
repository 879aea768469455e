import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Session } from '../session/createSession.ts';
import type { IconName } from '../ui/Icon.tsx';

/** The parts of the navigation, in their order. */
export const groups = ['Look', 'Domain', 'Debug', 'Help'] as const;

export interface Page {
  /** `/topics`: what is below it is the page's own. */
  readonly path: string;
  readonly title: string;
  readonly group: (typeof groups)[number];
  readonly icon: IconName;
  /** After `g` it opens the page. */
  readonly key?: string;
  readonly element: LazyExoticComponent<ComponentType>;
  /** Whether there is anything in it for this session. @default always */
  readonly isShown?: (session: Session) => boolean;
}

/** Every page. The first that is shown is where one begins. */
export const pages: readonly Page[] = [
  {
    path: '/topics',
    title: 'Topics',
    group: 'Look',
    icon: 'topics',
    key: 't',
    element: lazy(() => import('../topics/TopicsPage.tsx')),
  },
  {
    path: '/publish',
    title: 'Publish',
    group: 'Look',
    icon: 'play',
    key: 'p',
    element: lazy(() => import('../publish/PublishPage.tsx')),
  },
  {
    path: '/wire',
    title: 'Wire',
    group: 'Debug',
    icon: 'wire',
    key: 'w',
    element: lazy(() => import('../wireView/WirePage.tsx')),
  },
  {
    path: '/connection',
    title: 'Connection',
    group: 'Debug',
    icon: 'connection',
    key: 'c',
    element: lazy(() => import('../connection/ConnectionPage.tsx')),
  },
  {
    path: '/faults',
    title: 'Faults, clock',
    group: 'Debug',
    icon: 'faults',
    key: 'f',
    element: lazy(() => import('../faults/FaultsPage.tsx')),
    isShown: ({ where }) => where.mode === 'local',
  },
  {
    path: '/getting-in',
    title: 'Getting in',
    group: 'Help',
    icon: 'key',
    key: 'i',
    element: lazy(() => import('./GettingIn.tsx')),
  },
];

export const pagesFor = (session: Session): readonly Page[] =>
  pages.filter(({ isShown = () => true }) => isShown(session));
