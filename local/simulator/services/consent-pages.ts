import { textAnswer, type Answer } from '../http/answer.ts';
import type { SimulatedRequest } from '../http/simulated-request.ts';
import type { AppInput, Tenant } from '../state/directory.ts';
import type { World } from '../state/world.ts';

/** `/{tenant}/v2.0/adminconsent`, or the sign-in form of the partner document, `/{tenant}/oauth2/authorize`. */
type Form = 'adminconsent' | 'authorize';

const CONSENT_TO_ALL: readonly string[] = ['Incident.Read.All', 'SecurityIncident.Read.All'];

/** Entra's pages for an administrator's consent: a form, and what it sends the browser back with. */
export function answerConsent(world: World, request: SimulatedRequest): Answer {
  const { search, path } = request;
  const app = world.directory.apps.get(search.get('client_id')?.toLowerCase() ?? '');
  if (app === undefined)
    return refuse(700016, `Application with identifier '${search.get('client_id') ?? ''}' was not found`);
  const redirectUri = search.get('redirect_uri') ?? '';
  if (!isRegistered(app, redirectUri)) return refuse(50011, `The redirect URI '${redirectUri}' is not registered`);
  const form: Form = path.endsWith('/adminconsent') ? 'adminconsent' : 'authorize';
  if (form === 'adminconsent' && !/\/\.default$/.test(search.get('scope') ?? ''))
    return refuse(70011, 'The scope must be a resource followed by /.default');
  const tenants = listTenants(world, decodeURIComponent(path.split('/')[1] ?? ''));
  if (tenants.length === 0) return refuse(90002, 'The tenant was not found');
  if (request.method !== 'POST') return showForm(tenants);
  return decide(world, { app, form, redirectUri, tenants }, request);
}

/** Without registered addresses any will do, as nobody registers one for a test. */
function isRegistered({ redirectUris }: AppInput, redirectUri: string): boolean {
  return URL.canParse(redirectUri) && (redirectUris?.includes(redirectUri) ?? true);
}

/** Whose administrators may come: one tenant's, or with `organizations` everybody's. */
function listTenants({ directory }: World, name: string): Tenant[] {
  if (name === 'organizations') return directory.tenants();
  const tenant = directory.findTenant(name);
  return tenant === undefined ? [] : [tenant];
}

interface Consent {
  app: AppInput;
  form: Form;
  redirectUri: string;
  tenants: readonly Tenant[];
}

function decide(world: World, consent: Consent, { body, search }: SimulatedRequest): Answer {
  const given = new URLSearchParams(body);
  const wanted = given.get('tenant')?.toLowerCase();
  const tenant = consent.tenants.find(({ tenantId }) => wanted === undefined || tenantId === wanted);
  if (tenant === undefined) return refuse(50020, 'The user account does not exist in the tenant');
  const state = search.get('state');
  const send = (query: Record<string, string>): Answer =>
    redirect(consent.redirectUri, { ...query, ...(state !== null && { state }) });
  if (given.get('user') === 'member')
    return send(refusal(consent, 90094, 'An administrator of the organization must grant access to the application.'));
  if (given.get('decision') !== 'approve')
    return send(refusal(consent, 65004, 'User declined to consent to access the app.'));
  if (!tenant.isLicensed)
    return send(
      refusal(
        consent,
        650052,
        'The app is trying to access a service that your organization lacks a service principal for.',
      ),
    );
  const roles = consent.app.requiredRoles ?? CONSENT_TO_ALL;
  world.directory.changeTenant(tenant.tenantId, { isConsented: true, roles, consentedAt: world.clock.now() });
  if (consent.form === 'authorize')
    return send({ code: `0.A${world.random.hex(60)}`, session_state: world.random.guid() });
  return send({ admin_consent: 'True', tenant: tenant.tenantId, scope: search.get('scope') ?? '' });
}

/** The newer page says `admin_consent=True` with errors too. */
function refusal({ form }: Consent, number: number, text: string): Record<string, string> {
  const error = number === 650052 ? 'invalid_client' : refusalWord(form, number);
  return {
    ...(form === 'adminconsent' && { admin_consent: 'True' }),
    error,
    error_description: `AADSTS${number}: ${text}`,
  };
}

function refusalWord(form: Form, number: number): string {
  if (form === 'adminconsent') return 'consent_required';
  return number === 65004 ? 'access_denied' : 'interaction_required';
}

function redirect(redirectUri: string, query: Record<string, string>): Answer {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return textAnswer(302, '', { location: url.href, 'cache-control': 'no-store' });
}

/** Entra shows such errors on a page of its own: it does not know where it may send anybody. */
function refuse(number: number, text: string): Answer {
  const page = toPage('Sorry, but we’re having trouble signing you in.', `<p>AADSTS${number}: ${escapeHtml(text)}</p>`);
  return { ...textAnswer(400, page, HTML), code: String(number) };
}

function showForm(tenants: readonly Tenant[]): Answer {
  const options = tenants.map(
    ({ tenantId, displayName }) => `<option value="${escapeHtml(tenantId)}">${escapeHtml(displayName)}</option>`,
  );
  const form = [
    '<p>This is the simulator: nothing leaves this machine. The app asks to read all security incidents.</p>',
    '<form method="post">',
    `<p><label>Organisation <select name="tenant">${options.join('')}</select></label></p>`,
    '<p><label>Signed in as <select name="user"><option value="admin">an administrator</option>',
    '<option value="member">somebody without the role</option></select></label></p>',
    '<p><button name="decision" value="approve">Accept</button> <button name="decision" value="decline">Cancel</button></p>',
    '</form>',
  ];
  return textAnswer(200, toPage('Permissions requested: review for your organisation', form.join('\n')), HTML);
}

const HTML = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };

function toPage(title: string, content: string): string {
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>\n<body><h1>${escapeHtml(title)}</h1>\n${content}\n</body></html>\n`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
