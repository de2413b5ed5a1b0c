import type { ComponentType } from 'preact';
import { AlertsPage } from '../pages/alerts/alerts-page';
import { DeploymentsPage } from '../pages/deployments/deployments-page';
import { EventsPage } from '../pages/events/events-page';
import { ExecutionsPage } from '../pages/executions/executions-page';
import { OverviewPage } from '../pages/overview/overview-page';
import { ProofPage } from '../pages/proof/proof-page';
import { RebuildsPage } from '../pages/rebuilds/rebuilds-page';
import { RoiPage } from '../pages/roi/roi-page';
import { RollbacksPage } from '../pages/rollbacks/rollbacks-page';
import { StylePage } from '../pages/style/style-page';
import type { IconName } from '../parts/icon';
import type { Role } from '../session/session';

export interface Page {
  readonly name: string;
  readonly title: string;
  readonly icon: IconName;
  readonly component: ComponentType;
  /** Whom it is offered to; everybody where nothing is said. */
  readonly roles?: readonly Role[];
}

const pages: readonly Page[] = [
  { name: 'overview', title: 'Overview', icon: 'overview', component: OverviewPage },
  { name: 'alerts', title: 'Alerts', icon: 'alerts', component: AlertsPage },
  { name: 'executions', title: 'Executions', icon: 'executions', component: ExecutionsPage },
  { name: 'roi', title: 'ROI', icon: 'roi', component: RoiPage },
  { name: 'style', title: 'Style memory', icon: 'style', component: StylePage },
  {
    name: 'deployments',
    title: 'Deployments',
    icon: 'deployments',
    component: DeploymentsPage,
  },
  { name: 'rollbacks', title: 'Rollbacks', icon: 'rollbacks', component: RollbacksPage },
  { name: 'events', title: 'Events', icon: 'events', component: EventsPage },
  { name: 'proof', title: 'Proof', icon: 'proof', component: ProofPage },
  {
    name: 'rebuilds',
    title: 'Rebuilds',
    icon: 'rebuilds',
    component: RebuildsPage,
    roles: ['operator'],
  },
];

export const pagesFor = (role: Role): readonly Page[] =>
  pages.filter(({ roles }) => roles === undefined || roles.includes(role));
