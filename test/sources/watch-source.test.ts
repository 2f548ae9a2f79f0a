import { describe, expect, test } from '@jest/globals';
import type { IncidentPage, IncidentQuery } from '../../shared/ports/incident-source.ts';
import type { MeteredReader } from '../../shared/sources/metered-reader.ts';
import { watchSource, type Doubts, type WatchedSource } from '../../shared/sources/watch-source.ts';

const NOTHING: Doubts = { isSuspected: false, witness: undefined, lookFrom: 0n };

interface Watched extends WatchedSource {
  asked: IncidentQuery[];
}

/** A reader that answers with so many entries, one number a call and the last one for ever. */
function watch(doubts: Partial<Doubts>, counts: number[], isPartial = false): Watched {
  const asked: IncidentQuery[] = [];
  const list = async (query: IncidentQuery): Promise<IncidentPage> => {
    asked.push(query);
    const count = counts[Math.min(asked.length, counts.length) - 1] ?? 0;
    const rest = { withoutId: [], sourceStatuses: [], nextLink: undefined, visibleUntil: 0n };
    return Promise.resolve({ incidents: [], count, isPartial, ...rest });
  };
  const refuse = (): Promise<never> => Promise.reject(new Error('nobody calls it'));
  const reader: MeteredReader = {
    maxTop: 100,
    statuses: [],
    list,
    follow: refuse,
    get: refuse,
    probe: refuse,
    serviceTime: () => 0n,
    callsMade: () => asked.length,
    callsThrottled: () => 0,
    hasAnswered: () => true,
    alertsApart: () => undefined,
  };
  return { ...watchSource(reader, { ...NOTHING, ...doubts }), asked };
}

const front = (updatedFrom: bigint): IncidentQuery => ({ updatedFrom, top: 100 });

describe('watchSource()', () => {
  test('believes an empty answer where nothing speaks against it', async () => {
    const { reader, hasShown, asked } = watch({}, [0]);

    expect((await reader.list(front(5n))).count).toBe(0);
    expect(hasShown()).toBe(false);
    expect(asked).toHaveLength(1);
  });

  test('does not believe one that reaches back to an incident that was shown, after one more look', async () => {
    const { reader, asked } = watch({ witness: 5n, lookFrom: 1n }, [0]);

    await expect(reader.list(front(5n))).rejects.toMatchObject({ code: 'source-silent' });
    expect(asked).toEqual([front(5n), { updatedFrom: 1n, top: 1 }]);
  });

  test('believes it where only that incident has vanished', async () => {
    const { reader, hasShown, hasLostWitness } = watch({ witness: 5n }, [0, 1]);

    await reader.list(front(5n));
    expect([hasShown(), hasLostWitness()]).toEqual([true, true]);
  });

  test.each<[string, IncidentQuery]>([
    ['begins behind it', front(6n)],
    ['ends before it', { ...front(1n), updatedTo: 5n }],
    ['goes on behind other entries', { ...front(1n), skip: 3 }],
    ['asks for one status', { ...front(1n), status: 'Active' }],
    ['asks for a part by creation', { ...front(1n), createdTo: 3n }],
  ])('believes an empty answer that %s', async (_name, query) => {
    expect((await watch({ witness: 5n }, [0]).reader.list(query)).count).toBe(0);
  });

  test('believes no empty answer of a source in doubt, until it has shown an incident', async () => {
    await expect(watch({ isSuspected: true }, [0]).reader.list(front(5n))).rejects.toMatchObject({
      code: 'source-suspected',
    });
    const contradicted = watch({ isSuspected: true, witness: 5n }, [0, 1]);
    await expect(contradicted.reader.list(front(5n))).rejects.toMatchObject({ code: 'source-silent' });
    expect(contradicted.asked).toHaveLength(1);
    const { reader } = watch({ isSuspected: true, witness: 5n }, [2, 0]);
    await reader.list(front(5n));
    expect((await reader.list(front(5n))).count).toBe(0);
  });

  test('leaves an answer that says it is incomplete to those who refuse it', async () => {
    expect((await watch({ isSuspected: true, witness: 5n }, [0], true).reader.list(front(1n))).count).toBe(0);
  });
});
