import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { TenantView } from '../../shared/domain/views/tenant-view.ts';
import type { Api } from './api.ts';
import { BoardProvider, type BoardContext } from './board-context.ts';
import { ChartView } from './chart-view.tsx';
import { ConsentLinkDialog } from './consent-link-dialog.tsx';
import { CustomersView } from './customers-view.tsx';
import { HandoverView } from './handover-view.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { IncidentStory } from './incident-story.tsx';
import { IncidentsView } from './incidents-view.tsx';
import { isTyping } from './is-typing.ts';
import type { Person } from './read-principal.ts';
import type { Route } from './route.ts';
import { TopBar } from './top-bar.tsx';
import { useOpenIncidents, useTenants } from './use-board-data.ts';
import { useNow } from './use-now.ts';
import { useRoute } from './use-route.ts';
import { useTitle } from './use-title.ts';

interface Props {
  api: Api;
  /** Signed in at the platform; with a function key nobody is. */
  person: Person | undefined;
  onForgetKey: (() => void) | undefined;
}

type DialogName = 'none' | 'help' | 'consent-link';

export function Board({ api, person, onForgetKey }: Props): JSX.Element {
  const [route, go] = useRoute();
  const [dialog, setDialog] = useState<DialogName>('none');
  const [invited, setInvited] = useState<TenantView>();
  const board: BoardContext = {
    api,
    open: useOpenIncidents(api),
    tenants: useTenants(api),
    nowMs: useNow(),
    mayChange: person?.isOperator ?? true,
    go,
    inviteCustomer: (tenant) => {
      setInvited(tenant);
      setDialog('consent-link');
    },
  };
  const refresh = (): void => {
    board.open.refresh();
    board.tenants.refresh();
  };
  useTitle(route.view === 'incident' ? undefined : TITLES[route.view]);
  const help = (): void => {
    setDialog('help');
  };
  const close = (): void => {
    setDialog('none');
  };
  useShortcuts({ '?': help, r: refresh, '/': focusSearch });
  return (
    <BoardProvider value={board}>
      <TopBar route={route} person={person} onForgetKey={onForgetKey} onHelp={help} onRefresh={refresh} />
      <main id="content" tabIndex={-1}>
        <View route={route} />
      </main>
      {dialog === 'help' && <HelpDialog onClose={close} />}
      {dialog === 'consent-link' && <ConsentLinkDialog tenant={invited} onClose={close} />}
    </BoardProvider>
  );
}

const TITLES: Readonly<Record<Exclude<Route['view'], 'incident'>, string>> = {
  incidents: 'Open incidents',
  customers: 'Customers',
  chart: 'Trend',
  handover: 'Hand-over',
};

function View({ route }: { route: Route }): JSX.Element {
  switch (route.view) {
    case 'incidents':
      return <IncidentsView filter={route.filter} />;
    case 'incident':
      return <IncidentStory tenantId={route.tenantId} incidentId={route.incidentId} />;
    case 'customers':
      return <CustomersView route={route} />;
    case 'chart':
      return <ChartView route={route} />;
    case 'handover':
      return <HandoverView route={route} />;
  }
}

/** Single keys, which are text while somebody types. */
function useShortcuts(shortcuts: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const act = shortcuts[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', hear);
    return () => {
      removeEventListener('keydown', hear);
    };
  });
}

function focusSearch(): void {
  const search = document.querySelector<HTMLInputElement>('input[type=search]');
  search?.focus();
  search?.select();
}
