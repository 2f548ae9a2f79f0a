import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readConsentAnswer, type ConsentRefusal } from '../../../shared/domain/consent/consent-answer.ts';
import type { ConsentOutcome } from '../../../shared/domain/consent/consent-outcome.ts';
import { escapeHtml, renderConsentPage } from '../../../shared/domain/consent/consent-page.ts';
import { AADSTS_CODES } from '../../../shared/domain/entra/aadsts-codes.ts';
import { ENTRA_ERRORS } from '../../../shared/errors/entra-errors.ts';

/** Either the person does something by themselves, or the provider is told; mostly both. */
const ADVICE = /(open the same link|Open the same link|Forward the same link|Send your provider)/;

function readRefusal(query: string): ConsentRefusal {
  const { refusal } = readConsentAnswer(new URLSearchParams(query));
  if (refusal === undefined) throw new Error('The query has no error');
  return refusal;
}

const OUTCOMES: ConsentOutcome[] = [
  ...(['connected', 'being-set-up', 'awaiting-approval', 'already-registered', 'being-erased'] as const),
  ...(['unknown-link', 'expired', 'withdrawn', 'too-many-attempts', 'other-tenant', 'incomplete', 'failed'] as const),
].map((kind) => ({ kind }));

describe('renderConsentPage()', () => {
  test.each([
    ...OUTCOMES,
    { kind: 'declined', code: 'consent-declined', aadsts: 65004 },
    { kind: 'not-administrator', code: 'admin-consent-required', aadsts: undefined },
    { kind: 'entra-error', code: undefined, aadsts: 7654321 },
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

  test.each([...AADSTS_CODES.keys(), 7654321])('says for AADSTS%i what can be done, and by whom', (number) => {
    const refusal = readRefusal(`error=invalid_client&error_description=AADSTS${number}%3a+Text`);
    const { status, body } = renderConsentPage(refusal);
    const paragraphs = Array.from(body.matchAll(/<p>([^<]+)<\/p>/g), ([, text = '']) => text);

    expect(status).toBe(400);
    expect(paragraphs).toEqual([
      expect.stringMatching(/(nothing was connected|Nothing was connected)/),
      `Microsoft&#39;s number: AADSTS${number}`,
      expect.stringMatching(ADVICE),
    ]);
    expect(body).not.toContain('below');
    const { code } = refusal;
    const mayPass = code !== undefined && 'retriable' in ENTRA_ERRORS[code];
    expect(/again in some minutes\. If it still fails/.test(body)).toBe(mayPass);
    if (code !== undefined && ENTRA_ERRORS[code].blame === 'partner') expect(body).toContain('Your provider has to');
  });

  test.each([
    [650052, /Have Microsoft Defender XDR licensed and turn it on/],
    [500014, /Renew the subscription/],
    [5000225, /reactivate the tenant/],
    [7000112, /Enterprise applications/],
    [53003, /manages these policies/],
    [90038, /This link cannot work, however often it is opened/],
  ])('does not ask anybody to wait for what waiting does not cure (AADSTS%i)', (number, advice) => {
    const { body } = renderConsentPage(readRefusal(`error=access_denied&error_description=AADSTS${number}`));
    expect(body).toMatch(advice);
    expect(body).not.toMatch(/some minutes/);
  });

  test('names the number only where there is one, and above the text that names it', () => {
    const [withNumber, without] = ['error=x&error_description=AADSTS7654321', 'error=x'].map(
      (query) => renderConsentPage(readRefusal(query)).body,
    );
    expect(withNumber).toMatch(/AADSTS7654321<\/p>[^]*send your provider the number above/);
    expect(without).toContain('send your provider the time of this attempt');
    expect(without).not.toMatch(/number/);
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
      code: 'consent-declined',
      aadsts: 65004,
    });
    expect(read('error=').refusal).toEqual({ kind: 'entra-error', code: undefined, aadsts: undefined });
  });

  test.each([
    ['error=permission_denied&error_description=The+admin+canceled+the+request', 'declined', 'consent-declined'],
    ['error=access_denied&error_description=AADSTS90095:+waits', 'not-administrator', 'admin-consent-required'],
    ['error=access_denied&error_description=AADSTS7654321', 'entra-error', undefined],
    ['error=consent_required&error_description=AADSTS7654321', 'entra-error', undefined],
    ['error=server_error', 'entra-error', 'entra-unavailable'],
    ['error=server_error&error_description=<script>AADSTS650052</script>', 'entra-error', 'not-licensed'],
  ])('%s', (query, kind, code) => {
    expect(read(query).refusal).toMatchObject({ kind, code });
  });
});
