import { createHash } from 'node:crypto';
import { createRandom, type Random } from '../basics/random.ts';

export interface Person {
  name: string;
  account: string;
  principalName: string;
  aadUserId: string;
  sid: string;
}

export interface Machine {
  name: string;
  deviceId: string;
  aadDeviceId: string;
  osPlatform: string;
  version: string;
  osBuild: number;
  riskScore: string;
  group: string;
}

/** The people and devices that a tenant's incidents happen to. */
export interface SampleCompany {
  domain: string;
  people: readonly Person[];
  machines: readonly Machine[];
  analysts: readonly string[];
}

const FIRST_NAMES =
  'Ada,Bruno,Chiara,Dmitri,Elif,Farid,Greta,Hana,Ines,Jonas,Kofi,Lena,Malik,Noor,Oskar,Paula,Quinn,Rosa,Sanjay,Tova,Uma,Viktor,Wanda,Yara,Zoë'.split(
    ',',
  );
const LAST_NAMES =
  'Abel,Brandt,Costa,Dahl,Eriksen,Fischer,Grant,Hoang,Ito,Jansen,Kaya,Lindqvist,Moreau,Nowak,Okafor,Petrov,Ruiz,Silva,Tanaka,Usman,Vogel,Weber,Young,Żak'.split(
    ',',
  );
const PLATFORMS = [
  { osPlatform: 'Windows11', version: '24H2', osBuild: 26_100, prefix: 'ws' },
  { osPlatform: 'Windows11', version: '23H2', osBuild: 22_631, prefix: 'lt' },
  { osPlatform: 'Windows10', version: '22H2', osBuild: 19_045, prefix: 'ws' },
  { osPlatform: 'WindowsServer2022', version: '21H2', osBuild: 20_348, prefix: 'srv' },
  { osPlatform: 'WindowsServer2016', version: '1607', osBuild: 14_393, prefix: 'srv' },
  { osPlatform: 'macOS', version: '15.7', osBuild: 24, prefix: 'mac' },
  { osPlatform: 'Linux', version: '12', osBuild: 0, prefix: 'lnx' },
] as const;
const GROUPS = ['Workstations', 'Servers', 'Executives', 'Tier 0'];
const MANY = 40;

/** The same domain gives the same cast. */
export function createSampleCompany(domain: string): SampleCompany {
  const random = createRandom(createHash('sha256').update(domain).digest().readUInt32BE(0));
  const people = Array.from({ length: MANY }, () => createPerson(random, domain));
  return {
    domain,
    people,
    machines: Array.from({ length: MANY }, (_, place) => createMachine(random, domain, place)),
    analysts: people.slice(0, 3).map(({ account }) => `${account}@soc.example`),
  };
}

function createPerson(random: Random, domain: string): Person {
  const [first, last] = [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)];
  const account = `${first}.${last}`
    .normalize('NFD')
    .replace(/[^\w.]/g, '')
    .toLowerCase();
  return {
    name: `${first} ${last}`,
    account,
    principalName: `${account}@${domain}`,
    aadUserId: random.guid(),
    sid: `S-1-5-21-${random.integer(1e8, 9e8)}-${random.integer(1e8, 9e8)}-${random.integer(1e8, 9e8)}-${random.integer(1100, 9000)}`,
  };
}

function createMachine(random: Random, domain: string, place: number): Machine {
  const { prefix, ...platform } = random.pick(PLATFORMS);
  return {
    ...platform,
    name: `${prefix}-${String(place + 1).padStart(3, '0')}.${domain}`,
    deviceId: random.hex(40),
    aadDeviceId: random.guid(),
    riskScore: random.pick(['None', 'Low', 'Medium', 'High']),
    group: random.pick(GROUPS),
  };
}
