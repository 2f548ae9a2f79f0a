import { createHash } from 'node:crypto';
import type { ShownStatus } from '../views/tenant-view.ts';
import type { ConsentRefusal } from './consent-answer.ts';
import type { ConsentOutcome, OutcomeKind } from './consent-outcome.ts';
import { refusalText, type RefusalText } from './consent-refusal-texts.ts';

export interface ConsentPage {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

interface PageText extends RefusalText {
  status: number;
}

const ASK_FOR_NEW = 'Ask the provider who sent you the link for a new one.';
const NOTHING = 'You can close this page. Nothing more is needed from you.';

/**
 * A visitor who merely names a tenant in a query never learns whether it was known before, so an unbound link shows the same
 * page in both cases.
 */
const LEFT_TO_PROVIDER: PageText = {
  status: 200,
  title: 'Your approval was received',
  happened:
    'The link was not made for one organisation, so your provider looks at every approval before anything is read.',
  next: 'You can close this page. If your organisation was connected before, nothing has changed; ask your provider for a link that is made for your organisation if something does not work.',
};

const TEXTS: Readonly<Record<Exclude<OutcomeKind, ConsentRefusal['kind']>, PageText>> = {
  connected: {
    status: 200,
    title: 'Your organisation is connected',
    happened:
      'The approval was checked with Microsoft, and your provider can read the security incidents of your organisation.',
    next: NOTHING,
  },
  'being-set-up': {
    status: 200,
    title: 'The connection is being set up',
    happened: 'Your approval was received. Microsoft needs some minutes to make it known everywhere.',
    next: 'You can close this page. The connection is tried again by itself for a day; your provider sees how it goes.',
  },
  'awaiting-approval': LEFT_TO_PROVIDER,
  'already-registered': LEFT_TO_PROVIDER,
  'being-erased': {
    status: 409,
    title: 'Your organisation cannot be connected now',
    happened: 'The data that your provider held of your organisation is being erased, so nothing was connected.',
    next: ASK_FOR_NEW,
  },
  'unknown-link': {
    status: 404,
    title: 'This link is not known',
    happened: 'The address lacks what the link has, or the link was never made here. Nothing was changed.',
    next: `Open the link exactly as it was sent to you. If that does not help: ${ASK_FOR_NEW.toLowerCase()}`,
  },
  expired: {
    status: 410,
    title: 'This link has expired',
    happened: 'Nothing was connected through it.',
    next: ASK_FOR_NEW,
  },
  withdrawn: {
    status: 410,
    title: 'This link is no longer valid',
    happened: 'Your provider withdrew it or replaced it by a newer one. Nothing was connected through it.',
    next: 'Use the newest link that you were sent, or ask your provider for a new one.',
  },
  'too-many-attempts': {
    status: 410,
    title: 'This link was tried too often',
    happened: 'Too many attempts ended without an approval, so the link was closed. Nothing was connected through it.',
    next: ASK_FOR_NEW,
  },
  'other-tenant': {
    status: 403,
    title: 'This link is for another organisation',
    happened: 'You are signed in to an organisation that the link was not made for. Nothing was connected.',
    next: 'Sign out at Microsoft, open the same link again, and sign in with an administrator of the organisation that it was made for.',
  },
  incomplete: {
    status: 400,
    title: 'No approval arrived',
    happened: 'The answer from Microsoft does not say that somebody approved. Nothing was changed.',
    next: 'Open the link that you were sent once more, and approve.',
  },
  used: {
    status: 200,
    title: 'This link was used already',
    happened: 'If you approved just now, nothing more is needed: each link works once.',
    next: 'You can close this page. If you were about to connect another organisation, ask your provider for a link of its own.',
  },
  failed: {
    status: 503,
    title: 'This did not work right now',
    happened: 'Something on our side failed. If your approval had arrived before, it is kept and completed by itself.',
    next: 'Reload this page in a minute.',
  },
};

/** The state of a connection, for the tenant that used the link. */
function describeStatus(status: ShownStatus): string {
  if (status === 'active') return 'Your organisation is connected.';
  if (status === 'pending' || status === 'awaiting-approval') return 'The connection is being set up.';
  return status === 'consent-missing'
    ? 'Microsoft does not let your provider in at the moment. An approval that came after the link was used is found by itself within an hour.'
    : 'The connection does not work at the moment; your provider sees why.';
}

/** What the administrator of a customer sees: what happened and what is next. A pure function of the outcome, without scripts. */
export function renderConsentPage(outcome: ConsentOutcome): ConsentPage {
  const { status, title, happened, next } = textOf(outcome);
  const paragraphs = [happened, ...details(outcome), next].map((text) => `<p>${escapeHtml(text)}</p>`);
  const body = [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>`,
    `<body><main><h1>${escapeHtml(title)}</h1>`,
    ...paragraphs,
    '</main></body>',
    '</html>',
    '',
  ].join('\n');
  return { status, headers: HEADERS, body };
}

function textOf(outcome: ConsentOutcome): PageText {
  return 'aadsts' in outcome ? { status: 400, ...refusalText(outcome) } : TEXTS[outcome.kind];
}

function details(outcome: ConsentOutcome): string[] {
  if (outcome.kind === 'used') return outcome.status === undefined ? [] : [describeStatus(outcome.status)];
  return 'aadsts' in outcome && outcome.aadsts !== undefined ? [`Microsoft's number: AADSTS${outcome.aadsts}`] : [];
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE =
  'body{font:1.1rem/1.5 system-ui,sans-serif;margin:0;color:#1b1b1b;background:#fff}main{max-width:38rem;margin:4rem auto;padding:0 1.25rem}h1{font-size:1.6rem;line-height:1.25}';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  // The address holds the state, and with the other form a code.
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;
