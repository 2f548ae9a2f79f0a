import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readConsentAnswer } from '../../shared/domain/consent-answer.ts';
import type { ConsentOutcome } from '../../shared/domain/consent-outcome.ts';
import { escapeHtml, renderConsentPage } from '../../shared/domain/consent-page.ts';

const OUTCOMES: ConsentOutcome[] = [
  ...(['connected', 'being-set-up', 'awaiting-approval', 'already-registered', 'being-erased'] as const),
  ...(['unknown-link', 'expired', 'withdrawn', 'too-many-attempts', 'other-tenant', 'incomplete', 'failed'] as const),
].map((kind) => ({ kind }));

describe('renderConsentPage()', () => {
  test.each([
    ...OUTCOMES,
    { kind: 'declined', aadsts: 65004 },
    { kind: 'not-administrator', aadsts: undefined },
    { kind: 'entra-error', aadsts: 90094 },
    { kind: 'used', status: 'active' },
  ] as ConsentOutcome[])('$kind: says what happened and what is next, in plain accessible HTML', (outcome) => {
    const { body, headers, status } = renderConsentPage(outcome);

    expect(body).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(body.match(/<h1>/g)).toHaveLength(1);
    expect(body.match(/<p>[^<]{20,}<\/p>/g)?.length).toBeGreaterThanOrEqual(2);
    expect(body).not.toMatch(/<script|javascript:|<img|<a |https?:/i);
    expect(status === 200 || status >= 400).toBe(true);
    const style = /<style>(.*)<\/style>/.exec(body)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toMatch(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
  });

  test('tells nobody whether a tenant was known before', () => {
    expect(renderConsentPage({ kind: 'already-registered' })).toEqual(renderConsentPage({ kind: 'awaiting-approval' }));
  });

  test('a used link says that nothing more is needed, and to its tenant how it stands', () => {
    expect(renderConsentPage({ kind: 'used', status: undefined }).body).toContain(
      'If you approved just now, nothing more is needed',
    );
    expect(renderConsentPage({ kind: 'used', status: 'consent-missing' }).body).toContain(
      'found by itself within an hour',
    );
    expect(renderConsentPage({ kind: 'used', status: 'paused' }).body).toContain('does not work at the moment');
  });

  test('escapeHtml() leaves nothing that a browser reads as markup', () => {
    expect(escapeHtml(`<b a="1" b='2'>&`)).toBe('&#60;b a=&#34;1&#34; b=&#39;2&#39;&#62;&#38;');
  });
});

describe('readConsentAnswer()', () => {
  const read = (query: string) => readConsentAnswer(new URLSearchParams(query));

  test('an error comes before everything that looks like a consent', () => {
    const query = 'admin_consent=True&tenant=00000000-0000-4000-8000-000000000001&error=consent_required';
    expect(read(`${query}&error_description=AADSTS65004%3a+declined`).refusal).toEqual({
      kind: 'declined',
      aadsts: 65004,
    });
    expect(read('error=').refusal).toEqual({ kind: 'entra-error', aadsts: undefined });
  });

  test.each([
    ['error=permission_denied&error_description=The+admin+canceled+the+request', 'declined'],
    ['error=access_denied&error_description=AADSTS90095:+waits', 'not-administrator'],
    ['error=server_error&error_description=<script>AADSTS650052</script>', 'entra-error'],
  ])('%s', (query, kind) => {
    expect(read(query).refusal).toMatchObject({ kind });
  });
});
