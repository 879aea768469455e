import { lazy } from 'react';
import type { ContractView } from '../contract/readContract.ts';
import type { Looking, Page } from '../shell/pages.ts';
import { NotificationBadge } from './notifications/NotificationBadge.tsx';
import { ownFeatures } from './own/ownFeatures.ts';
import { kindOf, mayFollow } from './rights/rights.ts';

/** Whether the app has a kind of topic that who looks may follow. Until it is known it is not in the way. */
const follows =
  (address: string) =>
  ({ app, roles }: Looking): boolean => {
    const kind = kindOf(app, address);
    return app === undefined || (kind !== undefined && mayFollow(kind, roles));
  };

/** Whether the app has an action. */
const has =
  (action: string) =>
  ({ app }: Looking): boolean =>
    app === undefined || app.actions.some(({ name }) => name === action);

/** The pages of the features that come with Tidings. */
export const domainPages: readonly Page[] = [
  {
    path: '/engagement',
    title: 'Engagement',
    group: 'Domain',
    icon: 'board',
    key: 'e',
    isShown: follows('client:<id>'),
    element: lazy(() => import('./engagement/EngagementPage.tsx')),
  },
  {
    path: '/alerts',
    title: 'Alerts',
    group: 'Domain',
    icon: 'faults',
    key: 'a',
    isShown: has('alert.acknowledge'),
    element: lazy(() => import('./alerts/AlertsPage.tsx')),
  },
  {
    path: '/notifications',
    title: 'Notifications',
    group: 'Domain',
    icon: 'bell',
    key: 'n',
    Badge: NotificationBadge,
    isShown: has('notification.list'),
    element: lazy(() => import('./notifications/NotificationsPage.tsx')),
  },
  {
    path: '/queue',
    title: 'Queue',
    group: 'Domain',
    icon: 'queue',
    key: 'q',
    isShown: follows('queue:<YYYY-MM-DD>'),
    element: lazy(() => import('./queue/QueuePage.tsx')),
  },
  {
    path: '/rooms',
    title: 'Rooms',
    group: 'Domain',
    icon: 'room',
    key: 'r',
    isShown: follows('room:<id>'),
    element: lazy(() => import('./rooms/RoomsPage.tsx')),
  },
  {
    path: '/assistant',
    title: 'Assistant',
    group: 'Domain',
    icon: 'assistant',
    key: 's',
    isShown: has('assistant.ask'),
    element: lazy(() => import('./assistant/AssistantPage.tsx')),
  },
  {
    path: '/jobs',
    title: 'Jobs',
    group: 'Domain',
    icon: 'job',
    key: 'j',
    isShown: has('job.submit'),
    element: lazy(() => import('./jobs/JobsPage.tsx')),
  },
];

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
