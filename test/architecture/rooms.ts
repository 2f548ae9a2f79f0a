import { posix } from 'node:path';

/** Rooms of one kind: folders in which files of one subject lie. */
export interface Floor {
  name: string;
  /** Its rooms are folders of this one. */
  folder: string;
  /** Floors that every room of this one may know. */
  knows: readonly string[];
  /** Packages that its files may import, as they write it. */
  packages: RegExp;
  /** What its files may use of the machine that runs them. */
  uses?: readonly ('environment' | 'clock')[];
  /** By room, what it holds and which rooms it may know beside those of its floor. '.' is the folder itself. */
  rooms: Readonly<Record<string, readonly [holds: string, knows?: string]>>;
}

/**
 * Which room may know which: the one table, from the ground floor up. A room may import what lies in itself, in the floors that its
 * floor knows and in the rooms that it names. All of them stand above it in this table, so that there is no cycle. ARCHITECTURE.md
 * shows it as `drawRooms` draws it.
 */
export const FLOORS: readonly Floor[] = [
  {
    name: 'errors',
    folder: 'shared',
    knows: [],
    packages: /^$/,
    rooms: {
      errors: ['for each code: who must act, what it means, what to do, what it affects'],
      '.': ['expected failures', 'errors'],
    },
  },
  {
    name: 'domain',
    folder: 'shared/domain',
    knows: ['errors'],
    packages: /^(node:(crypto|zlib)|csv-stringify\/sync)$/,
    rooms: {
      values: ['times, ids, text, JSON, caches'],
      entra: ['clouds, token claims, refusals of Entra and Key Vault', 'values'],
      incidents: ['the neutral incident, its vocabulary, what counts as a change', 'values'],
      observables: ['the values by which a search finds an incident, normalized', 'incidents values'],
      sources: ['what all sources share: pages, failures', 'entra incidents values'],
      defender: ['maps responses of the Defender API to incidents', 'incidents sources values'],
      graph: ['maps responses of Microsoft Graph to incidents', 'defender incidents sources values'],
      reading: ['time windows, gaps, page sizes, call and retry budgets', 'incidents values'],
      removal: ['messages of clean-up and purge, retention', 'values'],
      requests: ['query parameters, bodies, cursors, the caller and its origin', 'incidents values'],
      rows: ['row keys and limits, incidents as rows, what one write changes', 'incidents observables values'],
      campaigns: ['what several customers have in common, and what is noise', 'observables rows values'],
      commands: ["operators' commands and their queue", 'rows values'],
      tenants: ["a tenant's state and record, its next poll, its completeness", 'incidents reading rows values'],
      collection: ['queue messages, the status of a run, metrics', 'incidents rows tenants values'],
      views: [
        'incidents, tenants, coverage and health as the API shows them',
        'campaigns collection incidents observables reading rows tenants values',
      ],
      consent: ['consent links, requests, responses and pages', 'entra incidents requests rows values views'],
      queries: [
        'filters of each list, and where a list continues',
        'campaigns incidents observables requests rows tenants values views',
      ],
      'openapi/schemas': ['schemas of the API document', 'incidents observables rows tenants views'],
      'openapi/routes': [
        'routes of the API document',
        'campaigns commands consent incidents observables openapi/schemas queries rows tenants views',
      ],
      openapi: ['the API document', 'openapi/routes openapi/schemas'],
    },
  },
  {
    name: 'settings',
    folder: 'shared',
    knows: ['errors'],
    packages: /^$/,
    rooms: { settings: ['reads all settings at once', 'domain/entra domain/incidents'] },
  },
  {
    name: 'ports',
    folder: 'shared',
    knows: ['errors', 'domain'],
    packages: /^$/,
    rooms: { ports: ['interfaces of everything outside the use cases'] },
  },
  {
    name: 'use cases',
    folder: 'shared',
    knows: ['errors', 'domain', 'ports'],
    packages: /^node:crypto$/,
    rooms: {
      tables: ['lists and deletes rows'],
      storing: ["a tenant's session, the fence around every write, the audit", 'tables'],
      sources: ['guards and limits every call to a source; what its pages prove', 'storing'],
      reading: ['reads a range of time in windows until nothing can be missing', 'sources storing tables'],
      polling: [
        "one tenant's poll: newest incidents, gaps, backfill, reconciliation",
        'reading sources storing tables',
      ],
      collection: ['finds tenants that are due, queues them, works on the queue', 'polling storing tables'],
      querying: ['queries of the API', 'tables'],
      searching: ['finds all incidents with a value, over all tenants', 'querying'],
      campaigns: ['follows the log of changes to what several customers have in common', 'querying searching tables'],
      tenants: ["an operator's changes to a tenant", 'querying sources storing tables'],
      commands: ["the portal's changes to a tenant, sent through a queue", 'storing tables'],
      consent: ['links, the callback, the verification of a consent', 'storing tables tenants'],
      removal: ['clean-up by age, erasure of a tenant', 'campaigns commands querying storing tables'],
    },
  },
  {
    name: 'adapters',
    folder: 'shared/adapters',
    knows: ['errors', 'domain', 'settings', 'ports'],
    packages: /^(node:|@azure\/|@opentelemetry\/|node-(fetch|forge)$)/,
    uses: ['clock'],
    rooms: {
      machine: ['HTTP, clock and files'],
      storage: ['Table Storage and queues', 'machine'],
      telemetry: ['metrics and traces'],
      credential: ['client credentials of the app', 'machine'],
      entra: ['tokens and names of tenants', 'machine'],
      sources: ['the Defender API, and what sources share', 'machine'],
      graph: ['Microsoft Graph', 'sources'],
    },
  },
  {
    name: 'wiring',
    folder: 'shared',
    knows: ['errors', 'domain', 'settings', 'ports', 'use cases', 'adapters'],
    packages: /^(node:|@azure\/|node-fetch$)/,
    uses: ['environment', 'clock'],
    rooms: { wiring: ['fits adapters to use cases, once per process'] },
  },
  {
    name: 'edge',
    folder: 'shared',
    knows: ['errors', 'domain', 'ports', 'wiring'],
    packages: /^(@azure\/functions|node:http)$/,
    uses: ['environment'],
    rooms: { edge: ["between the platform's calls and the use cases: access, failures, log"] },
  },
  {
    name: 'functions',
    folder: 'functions',
    knows: ['domain', 'wiring', 'edge'],
    packages: /^@azure\/functions$/,
    rooms: {
      collection: ['the timer and its workers', 'shared/collection shared/consent'],
      incidents: [
        'queries about incidents, and who looks for campaigns',
        'shared/campaigns shared/querying shared/searching',
      ],
      tenants: ['queries about tenants, and changes to them', 'shared/querying shared/removal shared/tenants'],
      commands: ["the portal's commands", 'shared/commands'],
      consent: ['links and the callback', 'shared/consent'],
      removal: ['clean-up and purges', 'shared/removal'],
      app: ['start-up, health, the board, the API document', 'shared/querying'],
    },
  },
  {
    name: 'board',
    folder: 'functions/board',
    knows: ['domain'],
    packages: /^(preact(\/hooks)?|uplot)$/,
    uses: ['clock'],
    rooms: {
      model: ['words, times, filters, addresses within the page'],
      data: ['the API client, and what it has loaded', 'model'],
      parts: ['what several views show', 'data model'],
      search: ['what is found at all customers', 'data model parts'],
      evidence: ['evidence as tables, values to copy and to look for', 'model parts'],
      campaigns: ['what several customers have in common', 'data model parts search'],
      grid: ['the rows of the list, their columns and groups', 'data model parts'],
      list: ['incidents, filters, saved views', 'data grid model parts search'],
      story: ['one incident', 'campaigns data evidence model parts'],
      customers: ['all customers, and consent links', 'data model parts'],
      customer: ['one customer, and what an operator can do', 'customers data model parts'],
      handover: ['changes during a shift', 'data model parts'],
      chart: ['incidents by day', 'data model parts'],
      frame: ['the frame around the views', 'campaigns chart customer customers data handover list model parts story'],
      '.': ['the entry', 'data frame'],
    },
  },
  {
    name: 'local',
    folder: 'local',
    knows: ['errors', 'domain', 'settings', 'ports', 'use cases', 'adapters', 'wiring'],
    packages: /./,
    uses: ['environment', 'clock'],
    rooms: {
      services: ['Azurite, certificates, ports'],
      build: ['builds what is deployed'],
      infra: ['checks the templates'],
      docs: ['makes the tables of documents from the source'],
      'azure-check': ['`npm run azure:check`'],
      'host/functions': ['what `functions/` registers, and how it is called'],
      'host/http': ['HTTP triggers', 'host/functions'],
      'host/queues': ['queue triggers', 'host/functions'],
      'host/timers': ['timer triggers', 'host/functions'],
      host: ['runs `functions/` without Azure', 'host/functions host/http host/queues host/timers'],
      'simulator/basics': ['clock, chance, limits, JWTs'],
      'simulator/http': ['requests and responses'],
      'simulator/state': ['what the simulated cloud holds', 'services simulator/basics simulator/http'],
      'simulator/services': ['Entra, Key Vault, the Defender API', 'simulator/basics simulator/http simulator/state'],
      'simulator/graph': ['Microsoft Graph', 'simulator/http simulator/services simulator/state'],
      'simulator/faults': ['injected failures', 'simulator/http simulator/services simulator/state'],
      'simulator/content': ['sample incidents', 'simulator/basics simulator/state'],
      'simulator/control': ['how a test controls it', 'simulator/faults simulator/state'],
      simulator: [
        "Microsoft's cloud, simulated",
        'services simulator/basics simulator/content simulator/control simulator/faults simulator/graph simulator/http simulator/services simulator/state',
      ],
      'start/demo': ['folder, settings and tenants of the demo', 'services simulator/basics'],
      'start/screen': ['what the demo prints', 'host/functions start/demo'],
      start: [
        '`npm start`',
        'build host host/functions services simulator simulator/content simulator/state start/demo start/screen',
      ],
      collect: ['`npm run collect`', 'services start/demo start/screen'],
      '.': ['the programs that package.json starts', 'azure-check collect docs infra start start/demo start/screen'],
    },
  },
  {
    name: 'bench',
    folder: 'bench',
    knows: ['errors', 'domain', 'settings', 'ports', 'use cases', 'adapters', 'wiring', 'local'],
    packages: /./,
    uses: ['environment', 'clock'],
    rooms: {
      process: ['processes of their own, and what their work costs'],
      cloud: ['simulator and storage of one measurement', 'process'],
      workers: ['what is measured, each in a process', 'cloud process'],
      sections: ['one measurement each', 'cloud process workers'],
      '.': ['`npm run bench`', 'sections'],
    },
  },
];

export interface Room {
  /** As a path of the repository: `shared/domain/rows`. */
  path: string;
  floor: Floor;
  holds: string;
  /** Paths of the rooms that it names. */
  named: readonly string[];
}

export const ROOMS: readonly Room[] = FLOORS.flatMap((floor) =>
  Object.entries(floor.rooms).map(([name, [holds, named = '']]) => ({
    path: posix.join(floor.folder, name),
    floor,
    holds,
    named: named
      .split(' ')
      .filter(Boolean)
      .map((other) => resolveRoom(floor, other)),
  })),
);

/** Within its own floor's folder, unless it begins with that of another. */
function resolveRoom({ folder }: Floor, name: string): string {
  return name.startsWith('shared/') ? name : posix.join(folder, name);
}

/** The room of a file; `undefined` when the table has none. */
export function roomOf(path: string): Room | undefined {
  return ROOMS.find((room) => room.path === posix.dirname(path));
}

/** Whether a file of the room may import a file of the other. */
export function mayKnow(room: Room, other: Room): boolean {
  return other === room || room.floor.knows.includes(other.floor.name) || room.named.includes(other.path);
}

/** The table as text: a room, what it holds, and after an arrow what it may know beside the floors. */
export function drawRooms(): string {
  return FLOORS.map(({ name, folder, knows, rooms }) => {
    const head = knows.length === 0 ? name : `${name}   may know ${knows.join(', ')}`;
    const lines = Object.entries(rooms).map(([room, [holds, named]]) => {
      const path = `${posix.join(folder, room)}/`;
      return `  ${path.padEnd(32)} ${holds}${named === undefined ? '' : `  → ${named.split(' ').join(', ')}`}`;
    });
    return [head, ...lines].join('\n');
  }).join('\n');
}
