import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findUnknownName, nearestNames, unknownTenant } from '../../../shared/domain/queries/known-names.ts';
import type { TenantRecord } from '../../../shared/domain/tenants/tenant-record.ts';
import { tenantNumber } from '../../helpers/seed.ts';

const record = (customer: string | null, ...labels: string[]): TenantRecord => ({
  tenantId: tenantNumber(1),
  displayName: null,
  customer,
  labels,
  consentedAt: null,
  deletedAt: null,
  createdAt: null,
});
const RECORDS = [
  record('Contoso', 'gold', 'emea'),
  record('Contoso Retail', 'Gold'),
  record('Fabrikam'),
  record('Northwind Traders', 'silver'),
  record(null),
];

describe('findUnknownName()', () => {
  test.each([
    [{}],
    [{ customer: 'contoso' }],
    [{ customer: ' FABRIKAM ' }],
    [{ label: 'GOLD' }],
    // Both are known; that no tenant has both is an answer.
    [{ customer: 'Fabrikam', label: 'emea' }],
  ])('finds nothing wrong in %j', (selection) => {
    expect(findUnknownName(selection, RECORDS)).toBeUndefined();
  });

  test.each([
    [
      { customer: 'Contosso' },
      'unknown-customer',
      '"customer"',
      '"Contosso", nearest known are "Contoso", "Contoso Retail", "Fabrikam"',
    ],
    [{ customer: 'retail' }, 'unknown-customer', '"customer"', '"retail", nearest known are "Contoso Retail"'],
    [{ label: 'glod' }, 'unknown-label', '"label"', '"glod", nearest known are "Gold", "emea", "silver"'],
    [{ customer: 'Contosso', label: 'glod' }, 'unknown-customer', '"customer"', 'Contoso'],
  ])('names the nearest for %j', (selection, code, parameter, said) => {
    const error = findUnknownName(selection, RECORDS);

    expect(error).toMatchObject({ blame: 'caller', code, action: expect.stringContaining('GET /tenants') });
    expect(error?.message).toContain(parameter);
    expect(error?.message).toContain(said);
  });

  test('says so where no tenant has any', () => {
    expect(findUnknownName({ customer: 'Contoso' }, [])?.message).toContain('nearest known are none');
  });
});

describe('unknownTenant()', () => {
  test('names ids in which few digits differ, the most alike first, and no other customer', () => {
    const near = [tenantNumber(12), tenantNumber(13), tenantNumber(99)];
    const said = unknownTenant(tenantNumber(10), [...near, tenantNumber(987_654)]).message;

    expect(said).toMatch(new RegExp(`"${near[0]}", "${near[1]}", "${near[2]}"$`));
    expect(unknownTenant(tenantNumber(10), [tenantNumber(987_654)]).message).toMatch(/nearest known are none$/);
  });
});

describe('nearestNames()', () => {
  test('has at most three, each once in whatever letter case, the same in any order', () => {
    const names = fc.array(fc.constantFrom('Contoso', 'contoso', 'Fabrikam', 'Fabricam', 'a', 'Woodgrove', ''));
    fc.assert(
      fc.property(fc.string(), names, (wanted, known) => {
        const nearest = nearestNames(wanted, known);
        expect(nearest).toHaveLength(Math.min(3, new Set(known.map((name) => name.toLowerCase())).size));
        expect(new Set(nearest.map((name) => name.toLowerCase())).size).toBe(nearest.length);
        expect(nearestNames(wanted, known.toReversed())).toEqual(nearest);
      }),
    );
  });

  test('begins with a name that lacks, doubles or mistakes one letter', () => {
    const others = ['Fabrikam', 'Northwind', 'Woodgrove', 'Litware', 'Proseware'];
    fc.assert(
      fc.property(fc.nat(6), fc.constantFrom('', 'x', 'oo'), (at, put) => {
        const wanted = `contoso`.slice(0, at) + put + `contoso`.slice(at + 1);
        expect(nearestNames(wanted, [...others, 'Contoso'])[0]).toBe('Contoso');
      }),
    );
  });

  test('compares long names by their beginnings', () => {
    const long = 'of a name that is far too long to be compared whole';
    expect(nearestNames('x'.repeat(300), [`Contoso ${long}`, `Litware ${long}`, 'x'])).toHaveLength(3);
    expect(nearestNames(`Litwar ${long}`, [`Contoso ${long}`, `Litware ${long}`])[0]).toBe(`Litware ${long}`);
  });
});
