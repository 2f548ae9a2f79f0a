import type { JSX } from 'preact';
import type { Verification } from '../../../shared/domain/tenants/verification.ts';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import { useBoard } from '../data/board-context.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Moment } from '../parts/moment.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';

interface Props {
  tenant: TenantView;
  onClose(): void;
}

/** Gets a token for the tenant and one page of incidents, and shows what the token allows. */
export function VerifyDialog({ tenant, onClose }: Props): JSX.Element {
  const { api } = useBoard();
  const { tenantId, displayName } = tenant;
  const { value, error, isLoading, refresh } = useLoaded(() => api.verify(tenantId), [api, tenantId]);
  return (
    <Dialog title={`Verify ${displayName ?? tenantId}`} onClose={onClose}>
      {isLoading && <p role="status">Asking Microsoft for a token and one page…</p>}
      {error !== undefined && <ProblemNote error={error} what="It could not be verified" onRetry={refresh} />}
      {value !== undefined && !isLoading && <Result verification={value} />}
    </Dialog>
  );
}

function Result({ verification }: { verification: Verification }): JSX.Element {
  const { ok, claims, missingRoles, problem, standby } = verification;
  return (
    <>
      <p class={`note ${ok ? 'good' : 'bad'}`} role="status">
        {ok ? 'Works: the token is right and incidents can be read.' : 'Does not work.'}
        {problem !== null && ` ${problem.message}. ${problem.action}.`}
        {missingRoles.length > 0 && ` Missing: ${missingRoles.join(', ')}.`}
      </p>
      {standby !== null && (
        <p class={`note ${standby.ok ? 'good' : 'bad'}`}>
          {standby.ok
            ? 'Microsoft Graph, which takes over when the Defender API ends, can be read too.'
            : 'It would go blind if the Defender API ended: Microsoft Graph cannot be read.'}
          {standby.problem !== null && ` ${standby.problem.message}. ${standby.problem.action}.`}
          {standby.missingRoles.length > 0 && ` Missing: ${standby.missingRoles.join(', ')}.`}
        </p>
      )}
      {claims !== null && (
        <dl class="facts-list">
          <div>
            <dt>Tenant</dt>
            <dd>{claims.tid}</dd>
          </div>
          <div>
            <dt>For</dt>
            <dd>{claims.aud}</dd>
          </div>
          <div>
            <dt>Roles</dt>
            <dd>{claims.roles.join(', ') || 'none'}</dd>
          </div>
          <div>
            <dt>Good until</dt>
            <dd>
              <Moment at={claims.expiresAt} withUtc />
            </dd>
          </div>
        </dl>
      )}
    </>
  );
}
