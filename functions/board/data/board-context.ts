import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import type { Route } from '../model/route.ts';
import type { BoardTenant } from './answers.ts';
import type { Api } from './api.ts';
import type { ReadIncidents } from './use-board-data.ts';
import type { LoadedValue } from './use-loaded.ts';
import type { News } from './use-news.ts';
import type { SteadyValue } from './use-steady.ts';

/** What every view needs. */
export interface BoardContext {
  api: Api;
  /** As the page shows them: what is newer may wait for the pointer. */
  open: SteadyValue<ReadIncidents>;
  /** What has come since somebody looked. */
  news: News;
  tenants: LoadedValue<readonly BoardTenant[]>;
  /** This browser's time. */
  nowMs: number;
  /** Buttons that change something are shown. */
  mayChange: boolean;
  go(route: Route, options?: { isReplacing?: boolean }): void;
  /** How many consent links this page has made: lists of them are read again. */
  linksMade: number;
  /** Opens the dialog that makes a consent link. */
  inviteCustomer(tenant?: TenantView): void;
}

const Context = createContext<BoardContext | undefined>(undefined);
export const BoardProvider = Context.Provider;

export function useBoard(): BoardContext {
  const board = useContext(Context);
  if (board === undefined) throw new Error('A view is shown outside the board');
  return board;
}
