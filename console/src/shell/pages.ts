import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { ContractView } from '../contract/readContract.ts';
import { domainPages, ownPages, ownRoute } from '../domain/domainPages.ts';
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
  /** Whether there is anything in it for who looks. @default always */
  readonly isShown?: (looking: Looking) => boolean;
  /** Stands at the end of its link. */
  readonly Badge?: ComponentType;
}

/** Who looks at what. */
export interface Looking {
  readonly session: Session;
  readonly roles: readonly string[];
  /** What the app of the stage can be asked; absent until it is known. */
  readonly app: ContractView | undefined;
}

/** Every page. The first that is shown is where one begins. */
export const pages: readonly Page[] = [
  {
    path: '/overview',
    title: 'Overview',
    group: 'Look',
    icon: 'overview',
    key: 'o',
    element: lazy(() => import('../overview/OverviewPage.tsx')),
  },
  {
    path: '/people',
    title: 'People',
    group: 'Look',
    icon: 'people',
    key: 'u',
    element: lazy(() => import('../tenants/PeoplePage.tsx')),
  },
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
  ...domainPages,
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
    icon: 'clock',
    key: 'f',
    element: lazy(() => import('../faults/FaultsPage.tsx')),
    isShown: ({ session }) => session.where.mode === 'local',
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

/** All that have an address: who may not see one, or whose app has it not, is told so there. */
export const routes: readonly Pick<Page, 'path' | 'element'>[] = [...pages, ownRoute];

/** Where one can go: what has something in it for who looks, and what is made of the contract. */
export const pagesFor = (looking: Looking): readonly Page[] => [
  ...pages.filter(({ isShown = () => true }) => isShown(looking)),
  ...ownPages(looking.app),
];
