import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import { CampaignsView } from '../campaigns/campaigns-view.tsx';
import { ChartView } from '../chart/chart-view.tsx';
import { ConsentLinkDialog } from '../customers/consent-link-dialog.tsx';
import { CustomersView } from '../customers/customers-view.tsx';
import { CustomerView } from '../customer/customer-view.tsx';
import type { Api } from '../data/api.ts';
import { BoardProvider, type BoardContext } from '../data/board-context.ts';
import type { Person } from '../data/read-principal.ts';
import { useOpenIncidents, useTenants } from '../data/use-board-data.ts';
import { useNews } from '../data/use-news.ts';
import { useNow } from '../data/use-now.ts';
import { useSteady } from '../data/use-steady.ts';
import { HandoverView } from '../handover/handover-view.tsx';
import { IncidentsView } from '../list/incidents-view.tsx';
import type { Route } from '../model/route.ts';
import { useKeys } from '../parts/use-keys.ts';
import { useTitle, useTitleCount } from '../parts/use-title.ts';
import { IncidentStory } from '../story/incident-story.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { TopBar } from './top-bar.tsx';
import { useCall } from './use-call.ts';
import { useRoute } from './use-route.ts';

interface Props {
  api: Api;
  /** Signed in at the platform; always `undefined` with a function key. */
  person: Person | undefined;
  onForgetKey: (() => void) | undefined;
}

type DialogName = 'none' | 'help' | 'consent-link';

export function Board({ api, person, onForgetKey }: Props): JSX.Element {
  const [route, go] = useRoute();
  const [dialog, setDialog] = useState<DialogName>('none');
  const [invited, setInvited] = useState<TenantView>();
  const [linksMade, setLinksMade] = useState(0);
  const newest = useOpenIncidents(api);
  const open = useSteady(newest, '.grid');
  const news = useNews(newest.value, open.value);
  const board: BoardContext = {
    api,
    open,
    news,
    tenants: useTenants(api),
    nowMs: useNow(),
    mayChange: person?.isOperator ?? true,
    go,
    linksMade,
    inviteCustomer: (tenant) => {
      setInvited(tenant);
      setDialog('consent-link');
    },
  };
  const refresh = (): void => {
    board.open.refresh();
    board.tenants.refresh();
  };
  useTitle(TITLES[route.view]);
  useTitleCount(news.incidents.length);
  useCall(news.incidents, ({ tenantId, incidentId }) => {
    go({ view: 'incident', tenantId, incidentId });
  });
  const help = (): void => {
    setDialog('help');
  };
  const close = (): void => {
    setDialog('none');
  };
  useKeys({ '?': help, r: refresh, '/': focusSearch });
  return (
    <BoardProvider value={board}>
      <TopBar route={route} person={person} onForgetKey={onForgetKey} onHelp={help} onRefresh={refresh} />
      <main id="content" tabIndex={-1}>
        <View route={route} />
      </main>
      {dialog === 'help' && <HelpDialog onClose={close} />}
      {dialog === 'consent-link' && (
        <ConsentLinkDialog
          tenant={invited}
          onMade={() => {
            setLinksMade(linksMade + 1);
          }}
          onClose={close}
        />
      )}
    </BoardProvider>
  );
}

/** An incident, a customer and the list are named for what they show. */
const TITLES: Readonly<Partial<Record<Route['view'], string>>> = {
  campaigns: 'Campaigns',
  customers: 'Customers',
  chart: 'Trend',
  handover: 'Hand-over',
};

function View({ route }: { route: Route }): JSX.Element {
  switch (route.view) {
    case 'incidents':
      return <IncidentsView filter={route.filter} look={route.look} />;
    case 'incident':
      return <IncidentStory tenantId={route.tenantId} incidentId={route.incidentId} />;
    case 'campaigns':
      return <CampaignsView route={route} />;
    case 'customers':
      return <CustomersView route={route} />;
    case 'customer':
      return <CustomerView key={route.tenantId} tenantId={route.tenantId} />;
    case 'chart':
      return <ChartView route={route} />;
    case 'handover':
      return <HandoverView route={route} />;
  }
}

function focusSearch(): void {
  const search = document.querySelector<HTMLInputElement>('input[type=search]');
  search?.focus();
  search?.select();
}
