import { lazy } from 'react';
import type { ContractView } from '../contract/readContract.ts';
import { rightTo } from '../contract/rights.ts';
import type { Page } from '../shell/pages.ts';
import { NotificationBadge } from './notifications/NotificationBadge.tsx';
import { ownFeatures } from './own/ownFeatures.ts';
import { hasFeature, shipped } from './shipped.ts';

type FeaturePage = Omit<Page, 'group' | 'isShown'> & { readonly path: keyof typeof shipped };

const featurePages: readonly FeaturePage[] = [
  {
    path: '/engagement',
    title: 'Engagement',
    icon: 'board',
    key: 'e',
    element: lazy(() => import('./engagement/EngagementPage.tsx')),
  },
  {
    path: '/alerts',
    title: 'Alerts',
    icon: 'faults',
    key: 'a',
    element: lazy(() => import('./alerts/AlertsPage.tsx')),
  },
  {
    path: '/notifications',
    title: 'Notifications',
    icon: 'bell',
    key: 'n',
    Badge: NotificationBadge,
    element: lazy(() => import('./notifications/NotificationsPage.tsx')),
  },
  {
    path: '/queue',
    title: 'Queue',
    icon: 'queue',
    key: 'q',
    element: lazy(() => import('./queue/QueuePage.tsx')),
  },
  {
    path: '/rooms',
    title: 'Rooms',
    icon: 'room',
    key: 'r',
    element: lazy(() => import('./rooms/RoomsPage.tsx')),
  },
  {
    path: '/assistant',
    title: 'Assistant',
    icon: 'assistant',
    key: 's',
    element: lazy(() => import('./assistant/AssistantPage.tsx')),
  },
  {
    path: '/jobs',
    title: 'Jobs',
    icon: 'job',
    key: 'j',
    element: lazy(() => import('./jobs/JobsPage.tsx')),
  },
];

/**
 * The pages of the features that come with Tidings. One is shown to whom the app has anything to do in it, by the roles
 * of its actions; who may follow its topics the contract says in words alone, and the server by its answer.
 */
export const domainPages: readonly Page[] = featurePages.map((page) => ({
  ...page,
  group: 'Domain',
  isShown: ({ app, roles }) => {
    const feature = shipped[page.path];
    return (
      app === undefined ||
      (hasFeature(app, feature) && feature.actions.some((action) => rightTo(app, action, roles).may))
    );
  },
}));

const OwnFeaturePage = lazy(() => import('./own/OwnFeaturePage.tsx'));

/** What none of the pages knows has one all the same, made of the contract. */
export const ownPages = (app: ContractView | undefined): readonly Page[] =>
  ownFeatures(app).map(({ name, title }) => ({
    path: `/own/${name}`,
    title,
    group: 'Domain',
    icon: 'contract',
    element: OwnFeaturePage,
  }));

/** All of those, whichever an app has. */
export const ownRoute = { path: '/own', element: OwnFeaturePage };
