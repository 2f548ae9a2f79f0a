import { app, type HttpMethod, type StorageQueueFunctionOptions, type TimerFunctionOptions } from '@azure/functions';
import { httpHandler, type Access, type ApiHandler } from './http-handler.ts';

export interface HttpRoute {
  route: string;
  methods: HttpMethod[];
  access: Access;
}

/**
 * Functions register through these three, so that `APP_ROLE` decides in one place what an app has: a collector serves no
 * requests, a portal polls nothing. Nothing here may throw: an app whose files fail to load looks like an app without
 * functions, so a wrong setting means the default now and stops the host in its start-up hook.
 */
export function registerHttp(name: string, { route, methods, access }: HttpRoute, handler: ApiHandler): void {
  if (isCollector()) return;
  const isKeyless = access === 'public' || process.env['OPERATOR_SIGN_IN']?.trim() === 'entra';
  app.http(name, {
    route,
    methods,
    authLevel: isKeyless ? 'anonymous' : 'function',
    handler: httpHandler(name, handler, { access }),
  });
}

export function registerTimer(name: string, options: TimerFunctionOptions): void {
  if (!isPortal()) app.timer(name, options);
}

export function registerQueue(name: string, options: StorageQueueFunctionOptions): void {
  if (!isPortal()) app.storageQueue(name, options);
}

const isCollector = (): boolean => process.env['APP_ROLE']?.trim() === 'collector';
const isPortal = (): boolean => process.env['APP_ROLE']?.trim() === 'portal';
